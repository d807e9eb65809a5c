// What a model that learns in the browser is computed with: products of matrices, norms,
// rotary positions, attention, gates, forward and back.
//
// `kernels` uses nothing from outside: its own text is a part of the worker (workshop.js).
// Numbers are kept in 32 bits, as in JAX, and added up in 64. Nothing is allocated.
;(() => {
  "use strict"

  function kernels() {
    const [EPSILON, BASE] = [1e-6, 10000]

    // C = A B, or C += A B, of M by K and K by N numbers. Steps say where the next row
    // (am, bk) and column (ak, bn) of a factor is, so that either may be transposed.
    // Tiles of 4 by 4 use each number that is loaded four times: M and N must allow that.
    function multiply(add, C, A, a, am, ak, B, b, bk, bn, M, K, N) {
      for (let m = 0; m < M; m += 4) {
        const a0 = a + m * am, a1 = a0 + am, a2 = a1 + am, a3 = a2 + am
        for (let n = 0; n < N; n += 4) {
          const b0 = b + n * bn, b1 = b0 + bn, b2 = b1 + bn, b3 = b2 + bn
          let s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0
          let s20 = 0, s21 = 0, s22 = 0, s23 = 0, s30 = 0, s31 = 0, s32 = 0, s33 = 0
          for (let k = 0, i = 0, j = 0; k < K; k++, i += ak, j += bk) {
            const x0 = A[a0 + i], x1 = A[a1 + i], x2 = A[a2 + i], x3 = A[a3 + i]
            const y0 = B[b0 + j], y1 = B[b1 + j], y2 = B[b2 + j], y3 = B[b3 + j]
            s00 += x0 * y0; s01 += x0 * y1; s02 += x0 * y2; s03 += x0 * y3
            s10 += x1 * y0; s11 += x1 * y1; s12 += x1 * y2; s13 += x1 * y3
            s20 += x2 * y0; s21 += x2 * y1; s22 += x2 * y2; s23 += x2 * y3
            s30 += x3 * y0; s31 += x3 * y1; s32 += x3 * y2; s33 += x3 * y3
          }
          let c = m * N + n
          if (!add) {
            C[c] = s00; C[c + 1] = s01; C[c + 2] = s02; C[c + 3] = s03; c += N
            C[c] = s10; C[c + 1] = s11; C[c + 2] = s12; C[c + 3] = s13; c += N
            C[c] = s20; C[c + 1] = s21; C[c + 2] = s22; C[c + 3] = s23; c += N
            C[c] = s30; C[c + 1] = s31; C[c + 2] = s32; C[c + 3] = s33
          } else {
            C[c] += s00; C[c + 1] += s01; C[c + 2] += s02; C[c + 3] += s03; c += N
            C[c] += s10; C[c + 1] += s11; C[c + 2] += s12; C[c + 3] += s13; c += N
            C[c] += s20; C[c + 1] += s21; C[c + 2] += s22; C[c + 3] += s23; c += N
            C[c] += s30; C[c + 1] += s31; C[c + 2] += s32; C[c + 3] += s33
          }
        }
      }
    }

    // out = x times the gain over its root mean square; `over` keeps 1 / that root.
    function norm(out, over, x, w, gain, rows, width) {
      for (let row = 0, at = 0; row < rows; row++) {
        let square = 0
        for (let i = 0; i < width; i++) square += x[at + i] * x[at + i]
        const r = 1 / Math.sqrt(square / width + EPSILON)
        over[row] = r
        for (let i = 0; i < width; i++, at++) out[at] = w[gain + i] * x[at] * r
      }
    }

    // From the slope of what `norm` gave: dx += …, and the slope of the gain.
    function normBack(dx, slope, dOut, over, x, w, gain, rows, width) {
      slope.fill(0, gain, gain + width)
      for (let row = 0; row < rows; row++) {
        const r = over[row], from = row * width, end = from + width
        let along = 0
        for (let at = from, i = gain; at < end; at++, i++) {
          slope[i] += dOut[at] * x[at] * r
          along += dOut[at] * w[i] * x[at]
        }
        along *= (r * r * r) / width
        for (let at = from, i = gain; at < end; at++, i++) {
          dx[at] += dOut[at] * w[i] * r - x[at] * along
        }
      }
    }

    // Turn queries and keys by the angles of their position, or back (`way` = -1).
    function rotate(qkv, {cos, sin}, from, position, heads, half, way) {
      for (let h = 0, a = from; h < 2 * heads; h++, a += half) {
        for (let i = 0, at = position * half; i < half; i++, at++, a++) {
          const x = qkv[a], y = qkv[a + half], s = way * sin[at]
          qkv[a] = x * cos[at] - y * s
          qkv[a + half] = x * s + y * cos[at]
        }
      }
    }

    function angles(time, half) {
      const all = Float64Array.from({length: time * half}, (_, at) =>
        Math.floor(at / half) * BASE ** (-(at % half) / half))
      return {cos: Float32Array.from(all, Math.cos), sin: Float32Array.from(all, Math.sin)}
    }

    // How much one position looks at each up to itself: a softmax over keys that lie
    // `stride` numbers apart.
    function look(shares, p, q, at, keys, key, stride, seen, size) {
      const scale = 1 / Math.sqrt(size)
      let top = -Infinity, sum = 0
      for (let t = 0; t < seen; t++, key += stride) {
        let dot = 0
        for (let i = 0; i < size; i++) dot += q[at + i] * keys[key + i]
        shares[p + t] = dot * scale
        if (shares[p + t] > top) top = shares[p + t]
      }
      for (let t = p; t < p + seen; t++) sum += shares[t] = Math.exp(shares[t] - top)
      for (let t = p; t < p + seen; t++) shares[t] /= sum
    }

    // Add up values with those shares.
    function mix(out, to, shares, p, values, value, stride, seen, size) {
      for (let i = 0; i < size; i++) out[to + i] = 0
      for (let t = 0; t < seen; t++, value += stride) {
        const share = shares[p + t]
        for (let i = 0; i < size; i++) out[to + i] += share * values[value + i]
      }
    }

    function gate(active, open, hidden, rows, mlp) {
      for (let row = 0, at = 0; row < rows; row++) {
        for (let i = 0, g = 2 * row * mlp; i < mlp; i++, g++, at++) {
          open[at] = 1 / (1 + Math.exp(-hidden[g]))
          active[at] = hidden[g] * open[at] * hidden[g + mlp]
        }
      }
    }

    return {angles, gate, look, mix, multiply, norm, normBack, rotate}
  }

  globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {kernels})
})()
