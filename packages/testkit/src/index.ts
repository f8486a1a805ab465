// For those who write backends: the contract.
export { describeExporter, type ExporterSuite, type Skip } from './describe-exporter.ts';
export { type ContractCase, contractCases, type ContractTest, contractTests } from './contract.ts';
export type { ContractOptions } from './contract-options.ts';
export type { Capabilities } from './capabilities.ts';
export { type Row, type RowBuckets, rowKey } from './row.ts';

// Destinations that can be told to behave badly.
export { type Behaviour, type Destination, type Fault, THROTTLE_SECONDS } from './destination.ts';

export { type HttpAnswer, type HttpDestination, httpDestination } from './http-destination.ts';
export type { HttpDestinationOptions, ReceivedRequest } from './http-destination.ts';
export { type TcpDestination, tcpDestination } from './tcp-destination.ts';
export { type UdpDestination, udpDestination } from './udp-destination.ts';

// For tests of programs that measure.
export { type ManualClock, manualClock } from './manual-clock.ts';
export { type MemoryBackend, type MemoryBackendOptions, memoryBackend } from './memory-backend.ts';
export { type LogLine, type LogLines, logLines } from './log-lines.ts';

export { type Scrape, type ScrapeOptions, scrape } from './scrape.ts';
export { assertAbsent, assertFamily, assertRow } from './family-assertion.ts';
export { type ExpectedFamily, type ExpectedRow, type RowSource, rowsOf } from './family-assertion.ts';
export { type LintFinding, lintMetrics } from './lint.ts';
export type { LintRule } from './lint-rules.ts';

// For readers of what was sent.
export { rowsOfSnapshot } from './snapshot-rows.ts';
export { type FlatSample, rowsOfFamily, rowsOfPage } from './page-rows.ts';
export { type PageFormat, type ReadFamily, readPage, type ReadSample } from './page-reader.ts';
