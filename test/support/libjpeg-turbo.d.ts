/** What is used of libjpeg-turbo's decoder, which brings no types. */
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  export interface JPEGDecoder {
    getEncodedBuffer(bytes: number): Uint8ClampedArray;
    decode(): void;
    getDecodedBuffer(): Uint8ClampedArray;
  }
  export default function libjpegTurbo(): Promise<{ JPEGDecoder: new () => JPEGDecoder }>;
}
