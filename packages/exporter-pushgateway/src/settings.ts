import { validateHeaderName, validateHeaderValue } from 'node:http';
import {
  choiceSetting,
  flagSetting,
  integerSetting,
  type SettingsTable,
  settingsTable,
  textMapSetting,
  textSetting,
} from '@oriel/exporter';

/** Settings of the backend `pushgateway`, from code, file or the query of its URL. */
export interface PushgatewaySettings {
  readonly url: string;
  readonly job: string;
  readonly grouping: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  readonly method: 'PUT' | 'POST';
  readonly deleteAtStop: boolean;
  readonly format: 'protobuf' | 'text';
  readonly compression: 'none' | 'gzip';
  readonly timeoutMs: number;
  readonly tries: number;
  readonly translation: Translation;
  readonly headers: Readonly<Record<string, string>>;
  readonly username: string;
  readonly password: string;
  readonly passwordFile: string;
  readonly tlsCa: string;
  readonly tlsCert: string;
  readonly tlsKey: string;
  readonly tlsServerName: string;
  readonly tlsInsecure: boolean;
}

type Translation = (typeof translations)[number];

const translations = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
] as const;

const file = (what: string) => textSetting({ default: '', wanted: 'a path', description: what });

/** Checks, defaults and documentation of the settings. */
export const pushgatewaySettings: SettingsTable<PushgatewaySettings> = settingsTable<PushgatewaySettings>({
  url: textSetting({
    default: 'http://127.0.0.1:9091',
    passes: (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
    wanted: 'an http or https URL',
    description: 'The Pushgateway, unless the backend is named by URL; a path stands before `/metrics`',
  }),
  job: textSetting({
    default: '',
    description: 'Label `job`; empty for the service name of the resource, or the namespace',
  }),
  grouping: textMapSetting({
    default: {},
    passes: (name) => /^(?!__)(?!job$)[a-zA-Z_][a-zA-Z0-9_]*$/.test(name),
    wanted: 'texts by label name, other names than job',
    description: 'Further labels of the grouping key, such as `instance`',
  }),
  intervalMs: integerSetting({
    default: 0,
    most: 86_400_000,
    description: 'Milliseconds between two pushes; 0 pushes at the end and by `forceFlush` only',
  }),
  method: choiceSetting({
    default: 'PUT',
    choices: ['PUT', 'POST'],
    description: 'PUT replaces the whole group, POST only the families of the same names',
  }),
  deleteAtStop: flagSetting({
    default: false,
    description: 'Delete the group at the end, after the last push',
  }),
  format: choiceSetting({
    default: 'protobuf',
    choices: ['protobuf', 'text'],
    description: 'What is pushed; text for receivers that are no Pushgateway',
  }),
  compression: choiceSetting({
    default: 'none',
    choices: ['none', 'gzip'],
    description: 'How it is compressed; Pushgateway 1.5.1 takes gzip, old ones may not',
  }),
  timeoutMs: integerSetting({
    default: 4000,
    least: 1,
    most: 3_600_000,
    description: 'Milliseconds a request may take',
  }),
  tries: integerSetting({
    default: 3,
    least: 1,
    most: 100,
    description: 'How often the last push is tried, within `shutdownTimeoutMs`',
  }),
  translation: choiceSetting({
    default: 'UnderscoreEscapingWithSuffixes',
    choices: translations,
    description: 'How names become Prometheus names, as for the backend `prometheus`',
  }),
  headers: textMapSetting({
    default: {},
    passes: isHeader,
    wanted: 'texts by header name, without those of the body and the connection',
    description: 'Further headers of each request',
  }),
  username: textSetting({ default: '', description: 'User of basic authentication' }),
  password: textSetting({ default: '', description: 'Its password' }),
  passwordFile: file('File with the password, read for each push'),
  tlsCa: file('File with the certificates to trust in place of the system’s'),
  tlsCert: file('File with the certificate of the client'),
  tlsKey: file('File with the key of the client'),
  tlsServerName: textSetting({
    default: '',
    wanted: 'a host name',
    description: 'Name that the certificate of the Pushgateway must have; empty for the host',
  }),
  tlsInsecure: flagSetting({ default: false, description: 'Take any certificate: anybody may answer' }),
});

function isHeader(name: string, text: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
  } catch {
    return false;
  }
  return !/^(connection|content-(encoding|length|type)|transfer-encoding)$/i.test(name);
}
