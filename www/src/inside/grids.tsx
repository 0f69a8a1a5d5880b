/** Small grids of numbers (the table below them has the same, for the keyboard): what comes in × the weights = the products. Blue is above zero, black below; a zero of the padding is hatched. */
import type { Grid } from "./terms";
import { nine, short } from "./numbers";
import { shade } from "./paint";
import { words } from "./words";
import "./grids.css";

export function Products({ grids: [x, w, p] }: { grids: readonly [Grid, Grid, Grid] }) {
  const { grids } = words.value;
  return (
    <div class="grids" data-testid="inside-grids">
      <Numbers grid={x} name={grids.x} />
      <span aria-hidden="true">×</span>
      <Numbers grid={w} name={grids.w} passive />
      <span aria-hidden="true">=</span>
      <Numbers grid={p} name={grids.p} passive />
    </div>
  );
}

/** `passive`: nothing in it leads anywhere. */
export function Numbers({ grid, name, passive = false }: { grid: Grid; name: string; passive?: boolean }) {
  const full = Math.max(...grid.cells.map((cell) => Math.abs(cell?.value ?? 0)), 0);
  const lines = Array.from({ length: grid.rows }, (_, row) => grid.cells.slice(row * grid.columns, (row + 1) * grid.columns));
  return (
    <figure class="cells" data-wide={grid.columns > 3}>
      <figcaption>{name}</figcaption>
      <table aria-label={words.value.grid(name, grid.rows, grid.columns)} style={`--columns:${grid.columns}`} translate={false}>
        <tbody>
          {lines.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) => {
                const value = cell?.value ?? 0;
                const style = `--shade:${(shade(value, full) * 45).toFixed(1)}%`;
                return (
                  <td key={column} class={cell?.padding ? "padding" : undefined} data-below={value < 0} style={style} title={nine(value)}>
                    {cell?.go && !passive ? (
                      <button type="button" tabIndex={-1} aria-label={words.value.here(cell.name, short(value))} onClick={cell.go}>
                        {short(value)}
                      </button>
                    ) : (
                      short(value)
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
