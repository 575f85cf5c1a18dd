/** A picture as a 3D renderer makes it: a lit ball over a grained floor. Hardly packs without loss (about 0.6 to 0.8 of its size). */

/** RGB, uint8. `turn`: where the light stands, so that each picture is another; the same `turn` is the same picture. */
export function shadedFrame(width: number, height: number, turn: number): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(width * height * 3);
  const [lightX, lightY, lightZ] = [Math.cos(turn) * 0.6, -0.6, 0.55];
  const radius = height * 0.35;
  let seed = Math.floor(turn * 1e6) | 1;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      seed ^= seed << 13;
      seed ^= seed >>> 17;
      seed ^= seed << 5;
      const grain = (seed & 15) - 8;
      const [dx, dy] = [(x - width / 2) / radius, (y - height / 2) / radius];
      const inside = 1 - dx * dx - dy * dy;
      const bright =
        inside > 0 ? 30 + 200 * Math.max(0, dx * lightX + dy * lightY + Math.sqrt(inside) * lightZ) : 60 + (100 * y) / height;
      pixels[at] = bright + grain;
      pixels[at + 1] = bright * 0.8 + grain;
      pixels[at + 2] = bright * 0.6 + 30 + grain;
    }
  }
  return pixels;
}
