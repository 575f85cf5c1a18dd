/** What is used of libjpeg-turbo's WebAssembly build, which brings no types. Buffers lie in its memory: copy before the next call. */
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs' {
  export type FrameInfo = { width: number; height: number; bitsPerSample: 8; componentCount: 1 | 3; isSigned: false };
  export interface JPEGEncoder {
    /** Where the pixels of a picture of this size are to be put. */
    getDecodedBuffer(frame: FrameInfo): Uint8ClampedArray;
    /** 1 to 100. */
    setQuality(quality: number): void;
    setProgressive(isProgressive: 0 | 1): void;
    /** TJSAMP: 0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0. */
    setSubSampling(subSampling: number): void;
    encode(): void;
    getEncodedBuffer(): Uint8ClampedArray;
  }
  export interface JPEGDecoder {
    /** Where the file's bytes are to be put. */
    getEncodedBuffer(bytes: number): Uint8ClampedArray;
    /** Throws a number (an address) for what is no JPEG, or half of one. */
    decode(): void;
    getFrameInfo(): FrameInfo;
    getDecodedBuffer(): Uint8ClampedArray;
  }
  export default function libjpegTurbo(): Promise<{ JPEGEncoder: new () => JPEGEncoder; JPEGDecoder: new () => JPEGDecoder }>;
}
