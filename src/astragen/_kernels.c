/* The three loops of a frame that OpenCV does slowly.
 *
 * `lay` lays a sprite on a frame: warp, chroma to half size, blend, in one pass over what the sprite
 * covers. `warp` resamples a plane under a camera move, `bend` by a map that is stated every few pixels.
 *
 * Optional: built where a C compiler is there. Their twins in builtin/painter/twin.py and media/warp.py
 * take the same arguments and give the same pixels within a rounding; tests compare them. The other loops
 * of a frame (tinting, tables, grain) were tried here too, and OpenCV's were faster.
 *
 * A frame is three planes of 8 bits: luma (height, width), and Cb and Cr of half the size, left-sited
 * (ITU-T H.273 type 0: a chroma sample lies on an even luma column, between two luma rows).
 * A sprite is (rows, columns, 4) bytes: Y, Cb, Cr premultiplied by alpha, alpha; or, as light, Y,
 * Cb and Cr as offsets from 128, and any alpha.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif
#if defined(__GNUC__) && defined(__x86_64__)
#define WIDE __attribute__((target("avx2")))
#include <immintrin.h>
#endif

#if defined(__GNUC__) && defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__)
#define FAST __attribute__((target_clones("avx2", "default")))
#else
#define FAST
#endif

#ifdef __GNUC__
#define SOON(address) __builtin_prefetch(address)
#else
#define SOON(address) ((void)(address))
#endif

typedef uint8_t u8;

enum { MATTER = 0, LIGHT = 1, OPAQUE = 2 };
enum { BLOCK = 16 }; /* columns of a sprite that share one flag of its cover */

static inline int smaller(int a, int b) { return a < b ? a : b; }
static inline int larger(int a, int b) { return a > b ? a : b; }
static inline u8 byte(int value) { return (u8)(value < 0 ? 0 : value > 255 ? 255 : value); }
/* a * b / 255, rounded, for a, b in 0..255 */
static inline unsigned part(unsigned a, unsigned b) {
    unsigned t = a * b + 128;
    return (t + (t >> 8)) >> 8;
}

typedef struct {
    u8 *y, *u, *v;
    int width, height; /* luma; both even */
} Frame;

typedef struct {
    const u8 *pixels, *cover; /* cover: one flag for each block of each row, or NULL */
    int columns, rows, blocks, mode, gain; /* gain: 256 is 1 */
    double inverse[6];                     /* frame pixel -> sprite pixel, centres at whole numbers */
} Piece;

/* ---- warp ------------------------------------------------------------------------------------ */

typedef struct {
    int32_t *index;   /* sprite column left of each frame column, from -1 */
    uint32_t *weight; /* of that column and the next: two halves that sum to 256 */
    int16_t *line;    /* one sprite row between two rows, 7 fraction bits, from column -1 */
    u8 *pair[2];      /* two frame rows of the warped sprite */
    u8 *half[3];      /* one chroma row of it: Cb, Cr, alpha */
} Scratch;

static inline const u8 *border_of(const Piece *piece) {
    static const u8 nothing[4] = {0, 0, 0, 0}, dark[4] = {0, 128, 128, 0};
    return piece->mode == LIGHT ? dark : nothing;
}

/* Pixel (column, row) of the sprite; beyond its edge the nearest pixel of an opaque one, else nothing. */
static inline const u8 *pixel_at(const Piece *piece, int column, int row) {
    if (piece->mode == OPAQUE) {
        column = smaller(larger(column, 0), piece->columns - 1);
        row = smaller(larger(row, 0), piece->rows - 1);
    } else if (column < 0 || row < 0 || column >= piece->columns || row >= piece->rows) {
        return border_of(piece);
    }
    return piece->pixels + 4 * ((size_t)row * piece->columns + column);
}

/* Mix sprite rows *row* and *row* + 1 into the line, for columns first..last (from -1 to columns). */
FAST static void mix_rows(const Piece *piece, int row, int weight, int first, int last, int16_t *line) {
    int inside = larger(first, 0), end = smaller(last, piece->columns - 1);
    int upper = row, lower = row + 1;
    if (piece->mode == OPAQUE) {
        upper = smaller(larger(upper, 0), piece->rows - 1);
        lower = smaller(larger(lower, 0), piece->rows - 1);
    }
    for (int column = first; column <= last; column++) {
        if (column == inside && end > inside) column = end + 1; /* the middle is done below */
        if (column > last) break;
        const u8 *a = pixel_at(piece, column, row), *b = pixel_at(piece, column, row + 1);
        for (int i = 0; i < 4; i++) line[4 * (column + 1) + i] = (int16_t)((a[i] * (256 - weight) + b[i] * weight) >> 1);
    }
    if (end <= inside) return;
    size_t stride = 4 * (size_t)piece->columns, count = 4 * (size_t)(end - inside + 1);
    int16_t *out = line + 4 * (inside + 1);
    int has_upper = upper >= 0 && upper < piece->rows, has_lower = lower >= 0 && lower < piece->rows;
    const u8 *a = piece->pixels + (has_upper ? upper * stride : 0) + 4 * inside;
    const u8 *b = piece->pixels + (has_lower ? lower * stride : 0) + 4 * inside;
    const u8 *none = border_of(piece);
    if (has_upper && has_lower) {
        uint16_t above = (uint16_t)(256 - weight), below = (uint16_t)weight; /* 16 bits hold it: whole lanes at a time */
        for (size_t i = 0; i < count; i++) out[i] = (int16_t)((uint16_t)((uint16_t)(a[i] * above) + (uint16_t)(b[i] * below)) >> 1);
    } else if (has_upper) {
        for (size_t i = 0; i < count; i++) out[i] = (int16_t)((a[i] * (256 - weight) + none[i & 3] * weight) >> 1);
    } else if (has_lower) {
        for (size_t i = 0; i < count; i++) out[i] = (int16_t)((none[i & 3] * (256 - weight) + b[i] * weight) >> 1);
    } else {
        for (size_t i = 0; i < count; i++) out[i] = (int16_t)((none[i & 3] * 256) >> 1);
    }
}

/* Read the line at each frame column of [from, to). */
FAST static void read_line(const Scratch *scratch, int from, int to, u8 *out) {
    int x = from;
#ifdef __SSE2__
    const __m128i half = _mm_set1_epi32(1 << 14);
    for (; x + 2 <= to; x += 2) {
        const int16_t *p = scratch->line + 4 * (scratch->index[x] + 1), *q = scratch->line + 4 * (scratch->index[x + 1] + 1);
        __m128i a = _mm_loadu_si128((const __m128i *)p), b = _mm_loadu_si128((const __m128i *)q);
        a = _mm_unpacklo_epi16(a, _mm_srli_si128(a, 8));
        b = _mm_unpacklo_epi16(b, _mm_srli_si128(b, 8));
        a = _mm_madd_epi16(a, _mm_set1_epi32((int)scratch->weight[x]));
        b = _mm_madd_epi16(b, _mm_set1_epi32((int)scratch->weight[x + 1]));
        a = _mm_srai_epi32(_mm_add_epi32(a, half), 15);
        b = _mm_srai_epi32(_mm_add_epi32(b, half), 15);
        a = _mm_packs_epi32(a, b);
        _mm_storel_epi64((__m128i *)(out + 4 * (x - from)), _mm_packus_epi16(a, a));
    }
#endif
    for (; x < to; x++) {
        const int16_t *p = scratch->line + 4 * (scratch->index[x] + 1);
        int right = (int)(scratch->weight[x] >> 16), left = 256 - right;
        for (int i = 0; i < 4; i++) out[4 * (x - from) + i] = byte((p[i] * left + p[i + 4] * right + (1 << 14)) >> 15);
    }
}

/* Frame row *y* of an upright sprite over columns [from, to). */
static void warp_upright(const Piece *piece, const Scratch *scratch, int y, int from, int to, u8 *out) {
    double place = piece->inverse[4] * y + piece->inverse[5];
    int row = (int)floor(place), weight = (int)((place - row) * 256 + 0.5);
    int first = scratch->index[from], last = scratch->index[to - 1] + 1;
    mix_rows(piece, row, weight, first, last, scratch->line);
    read_line(scratch, from, to, out);
}

/* One pixel of a sprite between four, with 8 fraction bits each way; none of the four need be inside. */
static void read_edge(const Piece *piece, int column, int row, int fx, int fy, u8 *out) {
    const u8 *a = pixel_at(piece, column, row), *b = pixel_at(piece, column + 1, row);
    const u8 *c = pixel_at(piece, column, row + 1), *d = pixel_at(piece, column + 1, row + 1);
    for (int i = 0; i < 4; i++) {
        int upper = a[i] * (256 - fx) + b[i] * fx, lower = c[i] * (256 - fx) + d[i] * fx;
        out[i] = (u8)((upper * (256 - fy) + lower * fy + (1 << 15)) >> 16);
    }
}

/* The same, where all four are inside. */
static inline void read_inside(const u8 *above, const u8 *below, int fx, int fy, u8 *out) {
#ifdef __SSE2__
    const __m128i zero = _mm_setzero_si128();
    __m128i a = _mm_unpacklo_epi8(_mm_loadl_epi64((const __m128i *)above), zero);
    __m128i b = _mm_unpacklo_epi8(_mm_loadl_epi64((const __m128i *)below), zero);
    a = _mm_add_epi16(_mm_mullo_epi16(a, _mm_set1_epi16((short)(256 - fy))), _mm_mullo_epi16(b, _mm_set1_epi16((short)fy)));
    a = _mm_srli_epi16(a, 1);
    a = _mm_unpacklo_epi16(a, _mm_srli_si128(a, 8));
    a = _mm_madd_epi16(a, _mm_set1_epi32(fx << 16 | (256 - fx)));
    a = _mm_srai_epi32(_mm_add_epi32(a, _mm_set1_epi32(1 << 14)), 15);
    a = _mm_packs_epi32(a, a);
    int packed = _mm_cvtsi128_si32(_mm_packus_epi16(a, a));
    memcpy(out, &packed, 4);
#else
    for (int i = 0; i < 4; i++) {
        int left = above[i] * (256 - fy) + below[i] * fy, right = above[i + 4] * (256 - fy) + below[i + 4] * fy;
        out[i] = (u8)((left * (256 - fx) + right * fx + (1 << 15)) >> 16);
    }
#endif
}

enum { FRACTION = 24 }; /* bits, of a place along a turned row: 1/256 px after 2^16 steps */

/* Frame row *y* of a turned sprite over columns [from, to). */
static void warp_turned(const Piece *piece, int y, int from, int to, u8 *out) {
    const double *m = piece->inverse, one = 1 << FRACTION;
    int64_t sx = (int64_t)((m[0] * from + m[1] * y + m[2]) * one), dx = (int64_t)(m[0] * one);
    int64_t sy = (int64_t)((m[3] * from + m[4] * y + m[5]) * one), dy = (int64_t)(m[3] * one);
    size_t stride = 4 * (size_t)piece->columns;
    for (int x = from; x < to; x++, out += 4, sx += dx, sy += dy) {
        int column = (int)(sx >> FRACTION), row = (int)(sy >> FRACTION);
        int fx = (int)(sx >> (FRACTION - 8)) & 255, fy = (int)(sy >> (FRACTION - 8)) & 255;
        if (column >= 0 && row >= 0 && column < piece->columns - 1 && row < piece->rows - 1) {
            const u8 *above = piece->pixels + (size_t)row * stride + 4 * (size_t)column;
            read_inside(above, above + stride, fx, fy, out);
        } else if (piece->mode == OPAQUE || (column >= -1 && row >= -1 && column < piece->columns && row < piece->rows)) {
            read_edge(piece, column, row, fx, fy, out);
        } else {
            memcpy(out, border_of(piece), 4);
        }
    }
}

/* ---- blend ----------------------------------------------------------------------------------- */

/* Lay *count* warped pixels over a row of luma. */
FAST static void luma_over(u8 *y, const u8 *pixels, int count) {
    int i = 0;
#ifdef __SSE2__
    const __m128i low = _mm_set1_epi32(255), full = _mm_set1_epi16(255), half = _mm_set1_epi16(128);
    for (; i + 8 <= count; i += 8) {
        __m128i p = _mm_loadu_si128((const __m128i *)(pixels + 4 * i)), q = _mm_loadu_si128((const __m128i *)(pixels + 4 * i + 16));
        __m128i alpha = _mm_packs_epi32(_mm_srli_epi32(p, 24), _mm_srli_epi32(q, 24));
        if (_mm_movemask_epi8(_mm_cmpeq_epi16(alpha, _mm_setzero_si128())) == 0xffff) continue;
        __m128i luma = _mm_packs_epi32(_mm_and_si128(p, low), _mm_and_si128(q, low));
        __m128i below = _mm_unpacklo_epi8(_mm_loadl_epi64((const __m128i *)(y + i)), _mm_setzero_si128());
        __m128i t = _mm_add_epi16(_mm_mullo_epi16(below, _mm_sub_epi16(full, alpha)), half);
        t = _mm_srli_epi16(_mm_add_epi16(t, _mm_srli_epi16(t, 8)), 8);
        t = _mm_add_epi16(t, luma);
        _mm_storel_epi64((__m128i *)(y + i), _mm_packus_epi16(t, t));
    }
#endif
    for (; i < count; i++) y[i] = byte((int)(part(y[i], 255u - pixels[4 * i + 3]) + pixels[4 * i]));
}

FAST static void luma_light(u8 *y, const u8 *pixels, int count, int gain) {
    for (int i = 0; i < count; i++) y[i] = byte(y[i] + ((pixels[4 * i] * gain + 128) >> 8));
}

/* Two warped rows, the first pixel left of the first chroma sample -> one row of chroma: [1 2 1] / 4 across. */
FAST static void halve(const u8 *upper, const u8 *lower, int count, u8 *const half[3]) {
    int i = 0;
#ifdef __SSE2__
    const __m128i zero = _mm_setzero_si128(), four = _mm_set1_epi16(4);
    for (; i < count; i++) {
        __m128i a = _mm_loadu_si128((const __m128i *)(upper + 8 * i)), b = _mm_loadu_si128((const __m128i *)(lower + 8 * i));
        __m128i near = _mm_add_epi16(_mm_unpacklo_epi8(a, zero), _mm_unpacklo_epi8(b, zero));
        __m128i next = _mm_add_epi16(_mm_unpackhi_epi8(a, zero), _mm_unpackhi_epi8(b, zero));
        __m128i here = _mm_srli_si128(near, 8);
        __m128i sum = _mm_add_epi16(_mm_add_epi16(near, next), _mm_add_epi16(_mm_add_epi16(here, here), four));
        sum = _mm_srli_epi16(sum, 3);
        unsigned packed = (unsigned)_mm_cvtsi128_si32(_mm_packus_epi16(sum, sum));
        half[0][i] = (u8)(packed >> 8), half[1][i] = (u8)(packed >> 16), half[2][i] = (u8)(packed >> 24);
    }
#endif
    for (; i < count; i++) {
        const u8 *a = upper + 8 * i, *b = lower + 8 * i;
        for (int k = 0; k < 3; k++)
            half[k][i] = (u8)((a[k + 1] + b[k + 1] + 2 * (a[k + 5] + b[k + 5]) + a[k + 9] + b[k + 9] + 4) >> 3);
    }
}

FAST static void chroma_over(u8 *plane, const u8 *colour, const u8 *alpha, int count) {
    for (int i = 0; i < count; i++) {
        unsigned t = plane[i] * (255u - alpha[i]) + 128u;
        unsigned sum = ((t + (t >> 8)) >> 8) + colour[i];
        plane[i] = (u8)(sum > 255 ? 255 : sum);
    }
}

FAST static void chroma_light(u8 *plane, const u8 *colour, int count, int gain) {
    for (int i = 0; i < count; i++) plane[i] = byte(plane[i] + (((colour[i] - 128) * gain + 128) >> 8));
}

FAST static void fade(u8 *pixels, int count, int gain) {
    for (int i = 0; i < count; i++) pixels[i] = (u8)((pixels[i] * gain + 128) >> 8);
}

/* Lay the sprite on frame rows 2 * pair and 2 * pair + 1, columns [from, to), both even. */
static void lay_stretch(const Frame *frame, const Piece *piece, const Scratch *scratch, int pair, int from, int to, int upright) {
    for (int i = 0; i < 2; i++) {
        if (upright) warp_upright(piece, scratch, 2 * pair + i, from - 1, to, scratch->pair[i]);
        else warp_turned(piece, 2 * pair + i, from - 1, to, scratch->pair[i]);
        if (from == 0) memcpy(scratch->pair[i], scratch->pair[i] + 4, 4); /* left of the frame: as at its edge */
        if (piece->mode != LIGHT && piece->gain < 256) fade(scratch->pair[i], 4 * (to - from + 1), piece->gain);
        u8 *y = frame->y + (size_t)(2 * pair + i) * frame->width + from;
        if (piece->mode == LIGHT) luma_light(y, scratch->pair[i] + 4, to - from, piece->gain);
        else luma_over(y, scratch->pair[i] + 4, to - from);
    }
    int count = (to - from) / 2;
    size_t at = (size_t)pair * (frame->width / 2) + from / 2;
    halve(scratch->pair[0], scratch->pair[1], count, scratch->half);
    if (piece->mode == LIGHT) {
        chroma_light(frame->u + at, scratch->half[0], count, piece->gain);
        chroma_light(frame->v + at, scratch->half[1], count, piece->gain);
    } else {
        chroma_over(frame->u + at, scratch->half[0], scratch->half[2], count);
        chroma_over(frame->v + at, scratch->half[1], scratch->half[2], count);
    }
}

/* ---- where a sprite shows -------------------------------------------------------------------- */

typedef struct {
    int left, top, right, bottom; /* of the frame, luma px */
} Region;

static Region region_of(const Frame *frame, const Piece *piece, const double matrix[6]) {
    double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    for (int corner = 0; corner < 4; corner++) {
        double px = corner & 1 ? piece->columns : -1, py = corner & 2 ? piece->rows : -1;
        double x = matrix[0] * px + matrix[1] * py + matrix[2], y = matrix[3] * px + matrix[4] * py + matrix[5];
        x0 = fmin(x0, x), x1 = fmax(x1, x), y0 = fmin(y0, y), y1 = fmax(y1, y);
    }
    Region region = {
        (int)fmax(0, floor(x0)), (int)fmax(0, floor(y0)),
        (int)fmin(frame->width, ceil(x1) + 1), (int)fmin(frame->height, ceil(y1) + 1),
    };
    return region;
}

/* Does any sprite row between the frame rows of *pair* have something in *block*? */
static inline int is_covered(const Piece *piece, int first, int last, int block) {
    for (int row = first; row <= last; row++)
        if (piece->cover[(size_t)row * piece->blocks + block]) return 1;
    return 0;
}

/* Lay an upright sprite's rows of *pair*, only where its cover has something. */
static void lay_covered(const Frame *frame, const Piece *piece, const Scratch *scratch, int pair, Region region) {
    int first = larger((int)floor(piece->inverse[4] * (2 * pair) + piece->inverse[5]), 0);
    int last = smaller((int)floor(piece->inverse[4] * (2 * pair + 1) + piece->inverse[5]) + 1, piece->rows - 1);
    double k = 1 / piece->inverse[0];
    for (int block = 0; block < piece->blocks; block++) {
        if (!is_covered(piece, first, last, block)) continue;
        int end = block + 1;
        while (end < piece->blocks && is_covered(piece, first, last, end)) end++;
        double left = (BLOCK * block - 1 - piece->inverse[2]) * k, right = (BLOCK * end - piece->inverse[2]) * k;
        int from = (int)fmax(region.left, floor(left) - 1) & ~1;
        int to = smaller(((int)fmin(region.right, ceil(right) + 1) + 1) & ~1, frame->width);
        if (to > from) lay_stretch(frame, piece, scratch, pair, from, to, 1);
        block = end;
    }
}

static int reserve(Scratch *scratch, const Frame *frame, const Piece *piece) {
    size_t wide = (size_t)frame->width + 2, columns = (size_t)piece->columns + 4;
    size_t bytes = wide * 8 + columns * 8 + 2 * wide * 4 + 3 * wide + 64 * 8;
    u8 *block = malloc(bytes);
    if (!block) return 0;
    scratch->index = (int32_t *)block;
    scratch->weight = (uint32_t *)(scratch->index + wide);
    scratch->line = (int16_t *)(scratch->weight + wide);
    scratch->pair[0] = (u8 *)(scratch->line + 4 * columns);
    scratch->pair[1] = scratch->pair[0] + 4 * wide;
    for (int i = 0; i < 3; i++) scratch->half[i] = scratch->pair[1] + 4 * wide + i * wide;
    scratch->index += 1, scratch->weight += 1; /* column -1 is read too, for the chroma of column 0 */
    return 1;
}

/* Where each frame column of an upright sprite reads; columns beyond its edge read its border. */
static void aim(const Scratch *scratch, const Piece *piece, int from, int to) {
    for (int x = from; x < to; x++) {
        double place = piece->inverse[0] * x + piece->inverse[2];
        place = fmin(fmax(place, -1), piece->columns);
        int column = smaller((int)floor(place), piece->columns - 1);
        uint32_t weight = (uint32_t)((place - column) * 256 + 0.5);
        scratch->index[x] = column;
        scratch->weight[x] = weight << 16 | (256 - weight);
    }
}

static int lay_piece(const Frame *frame, Piece *piece, const double m[6]) {
    double det = m[0] * m[4] - m[1] * m[3];
    if (!(fabs(det) > 1e-9)) return 1;
    double inverse[6] = {m[4] / det, -m[1] / det, 0, -m[3] / det, m[0] / det, 0};
    inverse[2] = -(inverse[0] * m[2] + inverse[1] * m[5]);
    inverse[5] = -(inverse[3] * m[2] + inverse[4] * m[5]);
    memcpy(piece->inverse, inverse, sizeof inverse);
    Region region = region_of(frame, piece, m);
    if (region.right <= region.left || region.bottom <= region.top) return 1;
    Scratch scratch;
    if (!reserve(&scratch, frame, piece)) return 0;
    int upright = m[1] == 0 && m[3] == 0 && m[0] > 0 && m[4] > 0;
    int from = region.left & ~1, to = (region.right + 1) & ~1;
    if (upright) aim(&scratch, piece, from - 1, to);
    for (int pair = region.top / 2; pair < (region.bottom + 1) / 2; pair++) {
        if (upright && piece->cover) lay_covered(frame, piece, &scratch, pair, region);
        else lay_stretch(frame, piece, &scratch, pair, from, to, upright);
    }
    free(scratch.index - 1);
    return 1;
}

/* ---- a plane under a camera move -------------------------------------------------------------- */

/* Down first, one row at a time, then across it. Weights are Q14, so a phase is exact to 1/16384 px; the row
 * between keeps 6 fraction bits of (pixel - 128), which is what 16 bits hold of the kernel's overshoot. */
enum { TAPS = 4, WEIGHT_BITS = 14, LINE_BITS = 6, BEYOND = 4 }; /* BEYOND: replicated pixels left and right of a line */

typedef struct {
    u8 *pixels;
    Py_ssize_t stride; /* bytes from row to row */
    int width, height;
} Plane;

typedef struct {
    int32_t *index; /* of each column of the result: the first of its four pixels of the line */
    int16_t *taps;  /* and their weights */
    int16_t *line;  /* a row of the source as seen by a row of the result */
    u8 *picks;      /* for `read_wide`: which bytes of the line each column takes; NULL where it cannot read */
} Bench;

enum { AT_ONCE = 8, PICKS = 2 * TAPS }; /* columns that `read_wide` reads at once; bytes of picks a column */

/* Cubic convolution (R. Keys, 1981) with a = -0.75, as cv2.INTER_CUBIC has it: on pictures as sharp as a still
 * at about 1:1 its error is 8 % less than that of -0.5. Sets the weights, which sum to one, of the four pixels
 * about *place*, and returns the first of them. A place far outside is as one just outside. */
static int taps_of(double place, int side, int16_t taps[TAPS]) {
    const double a = -0.75, one = 1 << WEIGHT_BITS;
    place = fmin(fmax(place, -2), side + 1);
    double whole = floor(place), t = place - whole, s = 1 - t;
    double outer = a * t * s * s, inner = ((a + 2) * t - (a + 3)) * t * t + 1, last = a * s * t * t;
    taps[0] = (int16_t)lrint(outer * one), taps[1] = (int16_t)lrint(inner * one), taps[3] = (int16_t)lrint(last * one);
    taps[2] = (int16_t)((1 << WEIGHT_BITS) - taps[0] - taps[1] - taps[3]);
    return (int)whole - 1;
}

/* Weigh four rows into the line, columns [from, to). Each high half is rounded down: half a unit short, times four. */
FAST static void weigh_rows(const u8 *const rows[TAPS], const int16_t taps[TAPS], int from, int to, int16_t *restrict line) {
    const u8 *restrict a = rows[0], *restrict b = rows[1], *restrict c = rows[2], *restrict d = rows[3];
    const int16_t p = taps[0], q = taps[1], r = taps[2], s = taps[3];
#define HIGH(value, weight) ((int16_t)(((int16_t)(((value) ^ 128) << 8) * (weight)) >> 16))
    for (int x = from; x < to; x++) line[x] = (int16_t)(HIGH(a[x], p) + HIGH(b[x], q) + HIGH(c[x], r) + HIGH(d[x], s) + 2);
#undef HIGH
}

#ifdef WIDE
/* Fill in the picks; 0 where four columns do not lie within eight pixels of the line. */
static int pick(const int32_t *index, int count, u8 *picks) {
    for (int x = 0; x < count; x++) {
        int first = 2 * (index[x] - index[x - x % 4]);
        if (first + PICKS > 16) return 0;
        for (int i = 0; i < PICKS; i++) picks[PICKS * x + i] = (u8)(first + i);
    }
    return 1;
}

/* `read_taps` for as many columns as make whole groups; returns how many. Four columns share one load of the line. */
WIDE static int read_wide(const Bench *bench, int count, u8 *out) {
    enum { SHIFT = WEIGHT_BITS + LINE_BITS, OFFSET = (128 << SHIFT) + (1 << (SHIFT - 1)) };
    int x = 0;
    for (; x + AT_ONCE <= count; x += AT_ONCE) {
        __m256i sums[2];
        for (int i = 0; i < 2; i++) {
            int at = x + 4 * i;
            __m256i line = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(bench->line + bench->index[at])));
            __m256i picked = _mm256_shuffle_epi8(line, _mm256_loadu_si256((const __m256i *)(bench->picks + PICKS * at)));
            sums[i] = _mm256_madd_epi16(picked, _mm256_loadu_si256((const __m256i *)(bench->taps + TAPS * at)));
        }
        __m256i whole = _mm256_add_epi32(_mm256_hadd_epi32(sums[0], sums[1]), _mm256_set1_epi32(OFFSET));
        __m256i words = _mm256_packs_epi32(_mm256_srai_epi32(whole, SHIFT), whole); /* 0 1 4 5 and 2 3 6 7 */
        __m128i ordered = _mm_unpacklo_epi32(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
        _mm_storel_epi64((__m128i *)(out + x), _mm_packus_epi16(ordered, ordered));
    }
    return x;
}
#endif

/* Read the line at each column of the result. */
FAST static void read_taps(const Bench *bench, int count, u8 *out) {
    enum { SHIFT = WEIGHT_BITS + LINE_BITS, OFFSET = (128 << SHIFT) + (1 << (SHIFT - 1)) };
    const int16_t *line = bench->line;
    int x = 0;
#ifdef WIDE
    if (bench->picks) x = read_wide(bench, count, out);
#endif
#ifdef __SSE2__
    const __m128i offset = _mm_set1_epi32(OFFSET);
    for (; x + 8 <= count; x += 8) {
        __m128i half[2];
        for (int i = 0; i < 2; i++) {
            const int32_t *at = bench->index + x + 4 * i;
            const __m128i *taps = (const __m128i *)(bench->taps + TAPS * (x + 4 * i));
            __m128i a = _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i *)(line + at[0])), _mm_loadl_epi64((const __m128i *)(line + at[1])));
            __m128i b = _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i *)(line + at[2])), _mm_loadl_epi64((const __m128i *)(line + at[3])));
            __m128 pairs = _mm_castsi128_ps(_mm_madd_epi16(a, _mm_loadu_si128(taps)));
            __m128 others = _mm_castsi128_ps(_mm_madd_epi16(b, _mm_loadu_si128(taps + 1)));
            __m128i even = _mm_castps_si128(_mm_shuffle_ps(pairs, others, 0x88)), odd = _mm_castps_si128(_mm_shuffle_ps(pairs, others, 0xdd));
            half[i] = _mm_srai_epi32(_mm_add_epi32(_mm_add_epi32(even, odd), offset), SHIFT);
        }
        __m128i words = _mm_packs_epi32(half[0], half[1]);
        _mm_storel_epi64((__m128i *)(out + x), _mm_packus_epi16(words, words));
    }
#endif
    for (; x < count; x++) {
        const int16_t *p = line + bench->index[x], *k = bench->taps + TAPS * x;
        out[x] = byte((p[0] * k[0] + p[1] * k[1] + p[2] * k[2] + p[3] * k[3] + OFFSET) >> SHIFT);
    }
}

static int warp_plane(const Plane *source, const Plane *result, double step, double left, double top) {
    size_t width = (size_t)result->width, line = (size_t)source->width + 2 * BEYOND + TAPS; /* read_wide reads TAPS more */
    int32_t *block = malloc(width * (sizeof(int32_t) + TAPS * sizeof(int16_t) + PICKS) + line * sizeof(int16_t));
    if (!block) return 0;
    Bench bench = {block, (int16_t *)(block + width), (int16_t *)(block + width) + TAPS * width + BEYOND, NULL};
    for (int x = 0; x < result->width; x++) bench.index[x] = taps_of(step * x + left, source->width, bench.taps + TAPS * x);
#ifdef WIDE
    u8 *picks = (u8 *)(bench.line - BEYOND + line);
    if (__builtin_cpu_supports("avx2") && pick(bench.index, result->width, picks)) bench.picks = picks;
#endif
    int from = smaller(larger(bench.index[0], 0), source->width - 1);
    int to = smaller(larger(bench.index[result->width - 1] + TAPS, 1), source->width);
    for (int y = 0; y < result->height; y++) {
        int16_t taps[TAPS];
        const u8 *rows[TAPS];
        int first = taps_of(step * y + top, source->height, taps);
        for (int i = 0; i < TAPS; i++)
            rows[i] = source->pixels + source->stride * smaller(larger(first + i, 0), source->height - 1);
        weigh_rows(rows, taps, from, to, bench.line);
        for (int i = 1; from == 0 && i <= BEYOND; i++) bench.line[-i] = bench.line[0];
        for (int i = 0; to == source->width && i < BEYOND; i++) bench.line[to + i] = bench.line[to - 1];
        read_taps(&bench, result->width, result->pixels + result->stride * y);
    }
    free(block);
    return 1;
}

/* ---- a plane on a bent sheet ------------------------------------------------------------------- */

/* A map: where the result shows the source, x and y apart, at nodes every *cell* pixels; the first lies half a
 * cell outside the result. Between nodes it is linear. */
typedef struct {
    const float *x, *y;
    int columns, rows, cell;
} Map;

/* What a row of the result reads. Each column's four pixels lie in one word of *four*, the upper two first. */
typedef struct {
    float *nodes[2];  /* x and y of the row at each column of nodes */
    float *place[2];  /* and at each pixel; then what of its right and lower pixels is taken */
    int32_t *offset;  /* of its upper left pixel */
    uint32_t *four;
} Row;

/* x or y of all pixels of a row, from its nodes. */
FAST static void between_nodes(const float *restrict nodes, int cell, const float *restrict shares, int count, float *restrict out) {
    int x = 0;
    for (int i = cell / 2; i < cell && x < count; i++, x++) out[x] = nodes[0] + (nodes[1] - nodes[0]) * shares[i];
    for (int node = 1; x + cell <= count; node++, x += cell)
        for (int i = 0; i < cell; i++) out[x + i] = nodes[node] + (nodes[node + 1] - nodes[node]) * shares[i];
    for (int node = (x + cell / 2) / cell, i = 0; x < count; i++, x++)
        out[x] = nodes[node] + (nodes[node + 1] - nodes[node]) * shares[i];
}

/* Places to offsets and shares; beyond the edge its nearest pixel, and where a place is no number, the first. */
FAST static void settle(const Row *row, const Plane *source, int count) {
    float *restrict px = row->place[0], *restrict py = row->place[1];
    int32_t *restrict offset = row->offset;
    const float right = (float)(source->width - 1), low = (float)(source->height - 1);
    const int32_t last = source->width - 2, lowest = source->height - 2, stride = (int32_t)source->stride;
    for (int i = 0; i < count; i++) {
        float x = px[i] > 0 ? px[i] : 0, y = py[i] > 0 ? py[i] : 0;
        x = x < right ? x : right, y = y < low ? y : low;
        int32_t column = (int32_t)x, line = (int32_t)y;
        column = column < last ? column : last, line = line < lowest ? line : lowest;
        px[i] = x - (float)column, py[i] = y - (float)line;
        offset[i] = line * stride + column;
    }
}

/* The next row reads two or three rows of the source further down: at the speed of memory, were it not asked for now. */
static void fetch(const u8 *pixels, Py_ssize_t stride, const int32_t *restrict offset, int count, uint32_t *restrict four) {
    for (int i = 0; i < count; i++) {
        const u8 *upper = pixels + offset[i], *lower = upper + stride;
        if (i % 16 == 0)
            for (int ahead = 2; ahead <= 4; ahead++) SOON(upper + ahead * stride);
        uint32_t above = (uint32_t)(upper[0] | upper[1] << 8), below = (uint32_t)(lower[0] | lower[1] << 8);
        four[i] = above | below << 16;
    }
}

FAST static void blend_four(const Row *row, int count, u8 *restrict out) {
    const uint32_t *restrict four = row->four;
    const float *restrict fx = row->place[0], *restrict fy = row->place[1];
    for (int i = 0; i < count; i++) {
        float a = (float)(int)(four[i] & 255), b = (float)(int)(four[i] >> 8 & 255);
        float c = (float)(int)(four[i] >> 16 & 255), d = (float)(int)(four[i] >> 24);
        float upper = a + (b - a) * fx[i], lower = c + (d - c) * fx[i];
        out[i] = (u8)(int)(upper + (lower - upper) * fy[i] + 0.5f);
    }
}

static int bend_plane(const Plane *source, const Plane *result, const Map *map) {
    size_t width = (size_t)result->width, nodes = (size_t)map->columns, cell = (size_t)map->cell;
    float *block = malloc((2 * nodes + 2 * width + cell) * sizeof(float) + 2 * width * sizeof(int32_t));
    if (!block) return 0;
    Row row = {{block, block + nodes}, {block + 2 * nodes, block + 2 * nodes + width}, NULL, NULL};
    float *shares = row.place[1] + width;
    row.offset = (int32_t *)(shares + cell), row.four = (uint32_t *)(row.offset + width);
    for (int i = 0; i < map->cell; i++) shares[i] = ((float)i + 0.5f) / (float)map->cell;
    for (int y = 0; y < result->height; y++) {
        int at = y + map->cell / 2, first = at / map->cell;
        for (int axis = 0; axis < 2; axis++) {
            const float *above = (axis ? map->y : map->x) + nodes * first, *below = above + nodes;
            float share = shares[at % map->cell];
            for (size_t i = 0; i < nodes; i++) row.nodes[axis][i] = above[i] + (below[i] - above[i]) * share;
            between_nodes(row.nodes[axis], map->cell, shares, result->width, row.place[axis]);
        }
        settle(&row, source, result->width);
        fetch(source->pixels, source->stride, row.offset, result->width, row.four);
        blend_four(&row, result->width, result->pixels + result->stride * y);
    }
    free(block);
    return 1;
}

/* ---- the module ------------------------------------------------------------------------------ */

/* Is *view* a plane of bytes whose rows are whole? Says what is wrong if not. */
static int is_plane(const Py_buffer *view, const char *name, Plane *plane) {
    int is_bytes = view->itemsize == 1 && (!view->format || !strcmp(view->format, "B"));
    if (!is_bytes || view->ndim != 2 || view->shape[0] < 1 || view->shape[1] < 1 || view->shape[0] > INT32_MAX / 16 ||
        view->shape[1] > INT32_MAX / 16 || (view->strides[1] != 1 && view->shape[1] > 1)) {
        PyErr_Format(PyExc_ValueError, "the %s is no plane: it must be uint8 (height, width) with whole rows", name);
        return 0;
    }
    Plane found = {view->buf, view->strides[0], (int)view->shape[1], (int)view->shape[0]};
    *plane = found;
    return 1;
}

static PyObject *py_warp(PyObject *self, PyObject *args) {
    PyObject *from, *to;
    Py_buffer source, result;
    double step, left, top;
    Plane planes[2];
    int done = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOddd", &from, &to, &step, &left, &top)) return NULL;
    if (!(step > 0) || !isfinite(step) || !isfinite(left) || !isfinite(top))
        return PyErr_Format(PyExc_ValueError, "a warp needs a step above 0 and a finite start");
    if (PyObject_GetBuffer(from, &source, PyBUF_STRIDES | PyBUF_FORMAT)) return NULL;
    if (PyObject_GetBuffer(to, &result, PyBUF_STRIDES | PyBUF_FORMAT | PyBUF_WRITABLE)) {
        PyBuffer_Release(&source);
        return NULL;
    }
    int good = is_plane(&source, "source", &planes[0]) && is_plane(&result, "result", &planes[1]);
    if (good) {
        Py_BEGIN_ALLOW_THREADS
        done = warp_plane(&planes[0], &planes[1], step, left, top);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&source), PyBuffer_Release(&result);
    if (!good) return NULL;
    if (!done) return PyErr_NoMemory();
    Py_RETURN_NONE;
}

/* Is *view* floats that state a map of so many columns? Says what is wrong if not. */
static int is_map(const Py_buffer *view, const Plane *result, int cell) {
    int is_floats = view->itemsize == sizeof(float) && view->format && !strcmp(view->format, "f") && view->ndim == 2;
    if (is_floats && cell >= 2 && cell % 2 == 0 && cell <= INT32_MAX / 16 && view->shape[0] <= INT32_MAX / 16 &&
        view->shape[1] <= INT32_MAX / 16 && (view->shape[0] - 1) * cell >= result->height + cell / 2 &&
        (view->shape[1] - 1) * cell >= result->width + cell / 2)
        return 1;
    PyErr_Format(PyExc_ValueError, "a map needs float32 nodes every %d pixels, an even number, to beyond %d x %d", cell,
                 result->width, result->height);
    return 0;
}

static PyObject *py_bend(PyObject *self, PyObject *args) {
    enum { SOURCE, RESULT, X, Y, VIEWS };
    static const int flags[VIEWS] = {PyBUF_STRIDES | PyBUF_FORMAT, PyBUF_STRIDES | PyBUF_FORMAT | PyBUF_WRITABLE,
                                     PyBUF_C_CONTIGUOUS | PyBUF_FORMAT, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT};
    PyObject *objects[VIEWS];
    Py_buffer views[VIEWS];
    Plane planes[2];
    int cell, held = 0, good = 0, done = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOi", &objects[0], &objects[1], &objects[2], &objects[3], &cell)) return NULL;
    while (held < VIEWS && !PyObject_GetBuffer(objects[held], &views[held], flags[held])) held++;
    if (held == VIEWS) {
        good = is_plane(&views[SOURCE], "source", &planes[0]) && is_plane(&views[RESULT], "result", &planes[1]) &&
               is_map(&views[X], &planes[1], cell) && is_map(&views[Y], &planes[1], cell);
        if (good && (views[X].shape[0] != views[Y].shape[0] || views[X].shape[1] != views[Y].shape[1])) {
            PyErr_SetString(PyExc_ValueError, "a map needs as many x as y");
            good = 0;
        }
        if (good && (planes[0].width < 2 || planes[0].height < 2 || planes[0].stride < 0 ||
                     planes[0].stride > INT32_MAX / planes[0].height)) {
            PyErr_SetString(PyExc_ValueError, "a plane to bend has from 2 x 2 pixels to 2 GB");
            good = 0;
        }
    }
    if (good) {
        Map map = {views[X].buf, views[Y].buf, (int)views[X].shape[1], (int)views[X].shape[0], cell};
        Py_BEGIN_ALLOW_THREADS
        done = bend_plane(&planes[0], &planes[1], &map);
        Py_END_ALLOW_THREADS
    }
    while (held) PyBuffer_Release(&views[--held]);
    if (!good) return NULL;
    if (!done) return PyErr_NoMemory();
    Py_RETURN_NONE;
}

static int is_frame(const Py_buffer *y, const Py_buffer *u, const Py_buffer *v, int width, int height) {
    Py_ssize_t luma = (Py_ssize_t)width * height;
    if (width > 0 && height > 0 && width % 2 == 0 && height % 2 == 0 && y->len == luma && u->len == luma / 4 && v->len == luma / 4)
        return 1;
    PyErr_Format(PyExc_ValueError, "planes of %zd, %zd and %zd bytes are no 4:2:0 frame of %d x %d; both sides must be even",
                 y->len, u->len, v->len, width, height);
    return 0;
}

static PyObject *py_lay(PyObject *self, PyObject *args) {
    Py_buffer y, u, v, pixels, cover;
    int width, height, columns, rows, mode;
    double m[6], gain;
    (void)self;
    if (!PyArg_ParseTuple(args, "w*w*w*iiy*z*ii(dddddd)di", &y, &u, &v, &width, &height, &pixels, &cover, &columns, &rows,
                          &m[0], &m[1], &m[2], &m[3], &m[4], &m[5], &gain, &mode))
        return NULL;
    int blocks = (columns + BLOCK - 1) / BLOCK, good = is_frame(&y, &u, &v, width, height), done = 0;
    if (good && (columns < 1 || rows < 1 || pixels.len != (Py_ssize_t)columns * rows * 4 ||
                 (cover.buf && cover.len != (Py_ssize_t)blocks * rows))) {
        PyErr_Format(PyExc_ValueError, "%zd bytes of pixels and %zd of cover are no sprite of %d x %d", pixels.len, cover.len,
                     columns, rows);
        good = 0;
    }
    if (good) {
        Frame frame = {y.buf, u.buf, v.buf, width, height};
        int level = (int)fmin(fmax(gain * 256 + 0.5, 0), mode == LIGHT ? 8192 : 256);
        Piece piece = {pixels.buf, mode == OPAQUE ? NULL : cover.buf, columns, rows, blocks, mode, level, {0}};
        Py_BEGIN_ALLOW_THREADS
        done = lay_piece(&frame, &piece, m);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&y), PyBuffer_Release(&u), PyBuffer_Release(&v), PyBuffer_Release(&pixels);
    if (cover.buf) PyBuffer_Release(&cover);
    if (!good) return NULL;
    if (!done) return PyErr_NoMemory();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"lay", py_lay, METH_VARARGS, "Lay a sprite on a frame; see builtin/painter/twin.py."},
    {"warp", py_warp, METH_VARARGS, "Resample a plane; see media/warp.py."},
    {"bend", py_bend, METH_VARARGS, "Resample a plane by a coarse map; see media/bend.py."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "astragen._kernels", "The per-pixel loops of a frame.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernels(void) { return PyModule_Create(&module); }
