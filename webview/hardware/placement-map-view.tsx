/** Where a model's parts live: a picture, its legend, and the same in a sentence. */
import { fillOf, gpuFill, Swatch, type FillName } from './fill-patterns';
import { mapText, placementMap, placeName, type PlacedModel, type Place } from './map-geometry';

const COLUMN = 20;
const ROW = 22;
const GAP = 2;

export function PlacementMapView({ model }: { model: PlacedModel }) {
  const { columns, rowNames, cells, legend } = placementMap(model);
  const text = mapText(model);
  return (
    <div class="map" data-testid="placement-map">
      <div class="map-picture">
        <div class="map-rows" aria-hidden="true">
          {rowNames.map((name) => (
            <span key={name}>{name}</span>
          ))}
        </div>
        <svg
          class="map-cells"
          width={columns * COLUMN}
          height={2 * ROW}
          viewBox={`0 0 ${columns * COLUMN} ${2 * ROW}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={text}
        >
          {cells.map(({ what, place, column, row, rows }) => (
            <rect
              key={what}
              x={column * COLUMN + GAP / 2}
              y={row * ROW + GAP / 2}
              width={COLUMN - GAP}
              height={rows * ROW - GAP}
              class={`piece fill-${fillFor(place)}`}
              fill={fillOf(fillFor(place))}
              data-place={place}
            >
              <title>{`${what}: ${placeName(model, place)}`}</title>
            </rect>
          ))}
        </svg>
      </div>
      <ul class="legend" aria-label="Colours of the map">
        {legend.map(({ name, place }) => (
          <li key={place}>
            <Swatch fill={fillFor(place)} />
            {name}
          </li>
        ))}
        <li class="quiet">A column a layer; first the embeddings, last the output</li>
      </ul>
      <p>{text}</p>
    </div>
  );
}

function fillFor(place: Place): FillName {
  return place === 'ram' ? place : gpuFill(place);
}
