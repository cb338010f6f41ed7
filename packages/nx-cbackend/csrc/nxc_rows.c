/* The walk over the rows along one axis, a tile at a time.
 *
 * Owns: which rows are neighbours. Who may call: nxc_sort.c, nxc_arg.c.
 * Invariant: tiles run across the axis whose steps in the operand are smallest, so that where rows
 * themselves take large steps, whole cache lines are used.
 */
#include "nxc_rows.h"

int64_t nxc_rows_lay_out(nxc_rows *rows, const nxc_buffer *a, int axis, char *out,
                         const int64_t *out_steps, int64_t tile) {
    const int64_t *shape = nxc_shape(a), *steps = nxc_strides(a);
    int64_t items = 1;
    int across = -1;
    for (int i = 0; i < a->ndim; i++)
        if (i != axis && shape[i] > 1 &&
            (across < 0 || nxc_magnitude(steps[i]) < nxc_magnitude(steps[across])))
            across = i;
    rows->ndim = 0;
    for (int i = 0; i < a->ndim; i++)
        if (i != axis && i != across && shape[i] > 1) {
            rows->shape[rows->ndim] = shape[i];
            rows->in_steps[rows->ndim] = steps[i];
            rows->out_steps[rows->ndim++] = out_steps[i];
            items *= shape[i];
        }
    rows->in = a->data;
    rows->out = out;
    rows->lanes = across < 0 ? 1 : shape[across];
    rows->lane_in = across < 0 ? 0 : steps[across];
    rows->lane_out = across < 0 ? 0 : out_steps[across];
    rows->tile = tile < rows->lanes ? tile : rows->lanes;
    rows->tiles = (rows->lanes + rows->tile - 1) / rows->tile;
    return items * rows->tiles;
}

int64_t nxc_rows_find(const nxc_rows *rows, int64_t item, const char **in, char **out) {
    const int64_t first = item % rows->tiles * rows->tile;
    item /= rows->tiles;
    *in = rows->in + first * rows->lane_in;
    *out = rows->out + first * rows->lane_out;
    for (int i = rows->ndim - 1; i >= 0; i--) {
        *in += item % rows->shape[i] * rows->in_steps[i];
        *out += item % rows->shape[i] * rows->out_steps[i];
        item /= rows->shape[i];
    }
    return rows->lanes - first < rows->tile ? rows->lanes - first : rows->tile;
}
