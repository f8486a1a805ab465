import protobuf from 'protobufjs';

// The messages of opentelemetry-proto 1.x that a receiver of metrics reads, by field number.
const definitions = `
syntax = "proto3";
message ExportMetricsServiceRequest { repeated ResourceMetrics resource_metrics = 1; }
message ExportMetricsServiceResponse { ExportMetricsPartialSuccess partial_success = 1; }
message ExportMetricsPartialSuccess { int64 rejected_data_points = 1; string error_message = 2; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; string schema_url = 3; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
message ScopeMetrics { InstrumentationScope scope = 1; repeated Metric metrics = 2; string schema_url = 3; }
message InstrumentationScope {
  string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4;
}
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
message Metric {
  string name = 1; string description = 2; string unit = 3;
  oneof data {
    Gauge gauge = 5; Sum sum = 7; Histogram histogram = 9; ExponentialHistogram exponential_histogram = 10; Summary summary = 11;
  }
}
enum AggregationTemporality { UNSPECIFIED = 0; DELTA = 1; CUMULATIVE = 2; }
message Gauge { repeated NumberDataPoint data_points = 1; }
message Sum { repeated NumberDataPoint data_points = 1; AggregationTemporality aggregation_temporality = 2; bool is_monotonic = 3; }
message Histogram { repeated HistogramDataPoint data_points = 1; AggregationTemporality aggregation_temporality = 2; }
message ExponentialHistogram {
  repeated ExponentialHistogramDataPoint data_points = 1; AggregationTemporality aggregation_temporality = 2;
}
message Summary { repeated SummaryDataPoint data_points = 1; }
message NumberDataPoint {
  repeated KeyValue attributes = 7; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3;
  oneof value { double as_double = 4; sfixed64 as_int = 6; }
  repeated Exemplar exemplars = 5; uint32 flags = 8;
}
message HistogramDataPoint {
  repeated KeyValue attributes = 9; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3; fixed64 count = 4;
  optional double sum = 5; repeated fixed64 bucket_counts = 6; repeated double explicit_bounds = 7;
  repeated Exemplar exemplars = 8; uint32 flags = 10; optional double min = 11; optional double max = 12;
}
message ExponentialHistogramDataPoint {
  repeated KeyValue attributes = 1; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3; fixed64 count = 4;
  optional double sum = 5; sint32 scale = 6; fixed64 zero_count = 7; Buckets positive = 8; Buckets negative = 9;
  uint32 flags = 10; repeated Exemplar exemplars = 11;
  optional double min = 12; optional double max = 13; double zero_threshold = 14;
  message Buckets { sint32 offset = 1; repeated uint64 bucket_counts = 2; }
}
message Exemplar {
  repeated KeyValue filtered_attributes = 7; fixed64 time_unix_nano = 2;
  oneof value { double as_double = 3; sfixed64 as_int = 6; }
  bytes span_id = 4; bytes trace_id = 5;
}
message SummaryDataPoint { repeated KeyValue attributes = 7; }
`;

const { root } = protobuf.parse(definitions);
const requestType = root.lookupType('ExportMetricsServiceRequest');
const responseType = root.lookupType('ExportMetricsServiceResponse');

export interface KeyValue {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number };
}

interface Point {
  readonly attributes: readonly KeyValue[];
  /** Nanoseconds, as text: they are beyond the exact integers. */
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly exemplars: readonly ReceivedExemplar[];
}

export interface ReceivedExemplar {
  readonly filteredAttributes: readonly KeyValue[];
  readonly timeUnixNano: string;
  readonly asDouble: number;
  readonly spanId: Buffer;
  readonly traceId: Buffer;
}

export interface NumberPoint extends Point {
  readonly asDouble?: number;
  readonly asInt?: string;
}

export interface HistogramPoint extends Point {
  readonly count: string;
  readonly sum?: number;
  readonly bucketCounts: readonly string[];
  readonly explicitBounds: readonly number[];
}

export interface ExponentialPoint extends Point {
  readonly count: string;
  readonly sum?: number;
  readonly scale: number;
  readonly zeroCount: string;
  readonly zeroThreshold: number;
  readonly positive: { readonly offset: number; readonly bucketCounts: readonly string[] };
  readonly negative: { readonly offset: number; readonly bucketCounts: readonly string[] };
}

export interface Metric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly gauge?: { readonly dataPoints: readonly NumberPoint[] };
  readonly sum?: {
    readonly dataPoints: readonly NumberPoint[];
    readonly isMonotonic: boolean;
    readonly aggregationTemporality: string;
  };
  readonly histogram?: {
    readonly dataPoints: readonly HistogramPoint[];
    readonly aggregationTemporality: string;
  };
  readonly exponentialHistogram?: {
    readonly dataPoints: readonly ExponentialPoint[];
    readonly aggregationTemporality: string;
  };
}

export interface ExportRequest {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeMetrics: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly metrics: readonly Metric[];
    }[];
  }[];
}

/** Reads a request of protobuf; throws for what is none. */
export function decodeProtobuf(body: Uint8Array): ExportRequest {
  return plain(requestType.decode(body));
}

/** Reads a request of JSON; throws for what is none, and for a null, which stands for no number. */
export function decodeJson(body: Uint8Array): ExportRequest {
  const text = Buffer.from(body).toString();
  const json: unknown = JSON.parse(text, (key, value: unknown) => {
    if (value === null) throw new Error(`"${key}" is null`);
    return value;
  });
  return plain(requestType.fromObject(json as Record<string, unknown>));
}

function plain(message: protobuf.Message): ExportRequest {
  const options = { longs: String, enums: String, arrays: true, objects: true, defaults: true };
  return requestType.toObject(message, options) as unknown as ExportRequest;
}

/** An answer that some points were not taken. */
export function partialSuccess(rejectedDataPoints: number, errorMessage: string): Buffer {
  const answer = responseType.create({ partialSuccess: { rejectedDataPoints, errorMessage } });
  return Buffer.from(responseType.encode(answer).finish());
}
