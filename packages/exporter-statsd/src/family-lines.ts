import type { Family } from '@oriel/metrics';
import { metricName } from './clean-text.ts';
import type { FamilyPlan } from './family-plan.ts';
import { histogramPlan, quantileSuffix } from './histogram-lines.ts';
import type { LineSettings } from './line-settings.ts';
import { type LineShape, lineShape } from './line-writer.ts';
import { pairText, tagKeys, tagStyle } from './tag-style.ts';

/** How a family of a snapshot of deltas is written. */
export function planFamily(family: Family, settings: LineSettings): FamilyPlan {
  switch (family.type) {
    case 'counter':
      return counterPlan(family);
    case 'gauge':
    case 'unknown':
      return gaugePlan(family);
    case 'info':
      return infoPlan(family);
    case 'state_set':
      return statesPlan(family, settings);
    case 'summary':
      return summaryPlan(family);
    default:
      return histogramPlan(family, settings);
  }
}

function counterPlan(family: Family): FamilyPlan {
  const name = metricName(family.name);
  const shape = lineShape(name, 'c');
  return {
    names: [name],
    ownKeys: [],
    writeRow(writer, tags, { values }, row) {
      if (values[row] !== 0) writer.write(shape, tags, row, values[row]);
    },
  };
}

function gaugePlan(family: Family): FamilyPlan {
  const name = metricName(family.name);
  const shape = lineShape(name, 'g');
  return {
    names: [name],
    ownKeys: [],
    writeRow: (writer, tags, { values }, row) => writer.write(shape, tags, row, values[row]),
  };
}

function infoPlan(family: Family): FamilyPlan {
  const name = metricName(family.name);
  const shape = lineShape(name, 'g');
  return {
    names: [name],
    ownKeys: [],
    writeRow: (writer, tags, _, row) => writer.write(shape, tags, row, 1),
  };
}

function statesPlan(family: Family, { flavour, nameTags }: LineSettings): FamilyPlan {
  const name = metricName(family.name);
  const style = tagStyle(flavour, nameTags);
  const [key] = tagKeys([family.name], style, []);
  const shapes = new Map<string, LineShape>();
  const shapeOf = (state: string): LineShape => {
    const shape = shapes.get(state) ?? lineShape(name, 'g', pairText(style, key, state));
    shapes.set(state, shape);
    return shape;
  };
  return {
    names: [name],
    ownKeys: [key],
    writeRow(writer, tags, { states, stride, values }, row) {
      for (const [i, state] of states.entries())
        writer.write(shapeOf(state), tags, row, values[row * stride + i]);
    },
  };
}

function summaryPlan(family: Family): FamilyPlan {
  const name = metricName(family.name);
  const quantiles = [...new Set(family.parts.flatMap(({ points }) => points))];
  const shapes = new Map(
    quantiles.map((point) => [point, lineShape(`${name}.${quantileSuffix(point)}`, 'g')]),
  );
  const sum = lineShape(`${name}.sum`, 'c');
  const count = lineShape(`${name}.count`, 'c');
  return {
    names: [`${name}.count`, `${name}.sum`, ...quantiles.map((point) => `${name}.${quantileSuffix(point)}`)],
    ownKeys: [],
    writeRow(writer, tags, { points, stride, values }, row) {
      const start = row * stride;
      for (const [i, point] of points.entries()) {
        const value = values[start + i];
        const shape = shapes.get(point);
        // NaN says that there is nothing to take a quantile of, and is no fault.
        if (shape !== undefined && !Number.isNaN(value)) writer.write(shape, tags, row, value);
      }
      const added = values[start + points.length];
      if (added !== 0 && !Number.isNaN(added)) writer.write(sum, tags, row, added);
      if (values[start + stride - 1] !== 0) writer.write(count, tags, row, values[start + stride - 1]);
    },
  };
}
