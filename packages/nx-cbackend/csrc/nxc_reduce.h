/* The reductions' plans: what nxc_reduce.c computes and nxc_reduce_walk.c walks.
 *
 * Owns: the plan. Used by: those two files.
 */
#ifndef NXC_REDUCE_H
#define NXC_REDUCE_H

#include "nxc_axes.h"
#include "nxc_kernels.h"

#define NXC_ROOM 16384 /* bytes of a tile's accumulators, and of a block of elements */
#define NXC_WIDE 64    /* elements side by side in a wide row */
#define NXC_MOST_ACCUMULATOR 16

/* A reduction as Python names it: one fold, or a second one that measures from a centre the first
 * one gave. */
typedef struct {
    const char *name;
    int first, second; /* folds; the second may be NXC_FOLD_COUNT, none */
    int outputs;       /* the second's result alone, or the centre too */
    void (*settle)(void *acc, int64_t n, int dtype, int64_t count); /* first's to centres */
    void (*adjust)(double *acc, const void *centre, int64_t n, int dtype, int64_t count);
} nxc_reduction;

/* The result's elements are cut into groups, and the elements of each into pieces: a task is one
 * piece of one group. The cuts depend on the operand alone, not on the threads. */
typedef struct {
    const nxc_reduction *what;
    const nxc_fold *fold[2];
    int dtype; /* the folds' */
    const char *data;
    int64_t size; /* of an element */
    int64_t loop; /* of an element as the folds take it */
    void (*widen)(float *out, const char *in, int64_t n);
    void (*narrow)(char *out, const float *in, int64_t n);
    nxc_axes kept, reduced;
    int64_t count; /* elements of one result */
    int64_t width; /* results of a group */
    int64_t tiles; /* groups of a row of `kept`; 0 where groups run on through rows */
    int64_t side;  /* elements of one result that lie side by side in a wide row */
    int64_t groups;
    int64_t piece, pieces; /* elements of a result, and how many times that */
    int packed;            /* elements are copied side by side first */
    int64_t accumulator;   /* bytes, the larger of both folds' */
    char *partial;         /* [group][piece][width] accumulators, where there are pieces */
    char *centres;         /* [group][width], there too */
    int phase;
    char *out[2];
    int64_t out_size;
} nxc_reduce_plan;

/* The piece of a group: its accumulators, from the start. */
void nxc_reduce_piece(const nxc_reduce_plan *p, int phase, char *acc, const char *centre,
                      int64_t group, int64_t piece);

/* How many results the group has. */
int64_t nxc_reduce_width(const nxc_reduce_plan *p, int64_t group);

/* The first of them. */
int64_t nxc_reduce_first(const nxc_reduce_plan *p, int64_t group);

#endif
