/* The ends of every ordered dtype: where a search for the largest or the smallest begins.
 *
 * Owns: NXC_LEAST_<dtype> and NXC_MOST_<dtype>. Who may include: csrc/kernels only.
 */
#ifndef NXC_EDGES_H
#define NXC_EDGES_H

#include <math.h>
#include <stdint.h>

#define NXC_LEAST_bool 0
#define NXC_LEAST_int8 INT8_MIN
#define NXC_LEAST_int16 INT16_MIN
#define NXC_LEAST_int32 INT32_MIN
#define NXC_LEAST_int64 INT64_MIN
#define NXC_LEAST_uint8 0
#define NXC_LEAST_uint16 0
#define NXC_LEAST_uint32 0
#define NXC_LEAST_uint64 0
#define NXC_LEAST_float32 (-INFINITY)
#define NXC_LEAST_float64 (-INFINITY)
#define NXC_MOST_bool 1
#define NXC_MOST_int8 INT8_MAX
#define NXC_MOST_int16 INT16_MAX
#define NXC_MOST_int32 INT32_MAX
#define NXC_MOST_int64 INT64_MAX
#define NXC_MOST_uint8 UINT8_MAX
#define NXC_MOST_uint16 UINT16_MAX
#define NXC_MOST_uint32 UINT32_MAX
#define NXC_MOST_uint64 UINT64_MAX
#define NXC_MOST_float32 INFINITY
#define NXC_MOST_float64 INFINITY

#endif
