/** Labels that every measure of a sidecar has, or nearly: in the spelling of the page. */
export interface Identity {
  readonly app_id: string;
  /** Empty outside Kubernetes. */
  readonly namespace: string;
}
