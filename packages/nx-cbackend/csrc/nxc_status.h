/* What a loop or a driver may answer besides "done".
 *
 * Owns: the statuses. Used by: loops, drivers, and nxc_fail, which turns them into Python errors.
 * Invariant: a status is 0 or a sum of these bits; only NXC_INTERRUPTED comes with a Python error
 * already set.
 */
#ifndef NXC_STATUS_H
#define NXC_STATUS_H

enum {
    NXC_OK = 0,
    NXC_OUT_OF_BOUNDS = 1,
    NXC_NEGATIVE_POWER = 2,
    NXC_NO_MEMORY = 4,
    NXC_INTERRUPTED = 8
};

#endif
