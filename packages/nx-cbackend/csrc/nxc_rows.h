/* The rows along one axis of an array, in tiles of neighbours; see nxc_rows.c. */
#ifndef NXC_ROWS_H
#define NXC_ROWS_H

#include "nxc_buffer.h"

typedef struct {
    const char *in;
    char *out;
    int ndim; /* axes outside a tile */
    int64_t shape[NXC_MAX_NDIM], in_steps[NXC_MAX_NDIM], out_steps[NXC_MAX_NDIM];
    int64_t lanes, lane_in, lane_out; /* along the axis that tiles run across */
    int64_t tile, tiles;              /* rows of a tile; tiles to go across that axis once */
} nxc_rows;

/* Lays out the rows of `a` along an axis; `out_steps` are the result's, by a's axes. A tile has
 * `tile` rows at most. Returns how many tiles there are. */
int64_t nxc_rows_lay_out(nxc_rows *rows, const nxc_buffer *a, int axis, char *out,
                         const int64_t *out_steps, int64_t tile);

/* Finds a tile's first row, and returns how many rows it has. */
int64_t nxc_rows_find(const nxc_rows *rows, int64_t item, const char **in, char **out);

#endif
