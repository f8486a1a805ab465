import { Registry } from '@oriel/metrics';
import { Stats, type View } from '@oriel/stats';
import * as api from '../src/index.ts';

const stats = new Stats({ registry: new Registry() });

/** The README's table of all views, line by line, without its blanks. */
export function viewsTable(): string[] {
  return [
    '| view | over the measure | unit | aggregation | tags | registered by |',
    '| - | - | - | - | - | - |',
    ...lines('grpcServerViews', api.grpcServerViews(stats)),
    ...lines('grpcClientViews', api.grpcClientViews(stats)),
    ...lines('grpcServerExtraViews', api.grpcServerExtraViews(stats)),
    ...lines('grpcClientExtraViews', api.grpcClientExtraViews(stats)),
  ];
}

function lines(by: string, views: readonly View[]): string[] {
  return views.map(({ name, measure, aggregation, tagKeys }) => {
    const short = measure.name === name ? 'of the same name' : `\`${measure.name.split('/').at(-1)}\``;
    const unit = aggregation.kind === 'count' ? '1' : measure.unit;
    const bounds = aggregation.kind === 'distribution' ? ` over ${aggregation.bounds.length} bounds` : '';
    const tags = tagKeys.map((key) => key.split('_').at(-1)).join(', ');
    return `| \`${name}\` | ${short} | ${unit} | ${aggregation.kind}${bounds} | ${tags} | \`${by}\` |`;
  });
}
