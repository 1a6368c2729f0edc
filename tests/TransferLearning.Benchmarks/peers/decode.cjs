// A picture file becomes the input of MobileNetV2: upright, shorter side 256, centre 224 x 224, RGB from -1 to 1.
const sharp = require("sharp");

const SIDE = 224;
const RESIZED = 256;

/** Decodes, resizes and crops in libvips; the same filter as the library has, antialiased bilinear. */
async function pixels(path) {
  const margin = (RESIZED - SIDE) / 2;
  return sharp(path)
    .autoOrient()
    .resize(RESIZED, RESIZED, { fit: "cover", kernel: "linear" })
    .extract({ left: margin, top: margin, width: SIDE, height: SIDE })
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .raw()
    .toBuffer();
}

/** The three colours one after the other, as ONNX networks want them. */
async function planes(path) {
  const bytes = await pixels(path);
  const plane = SIDE * SIDE;
  const tensor = new Float32Array(3 * plane);
  for (let i = 0, from = 0; i < plane; i++, from += 3) {
    tensor[i] = bytes[from] / 127.5 - 1;
    tensor[i + plane] = bytes[from + 1] / 127.5 - 1;
    tensor[i + 2 * plane] = bytes[from + 2] / 127.5 - 1;
  }
  return tensor;
}

/** The colours of each pixel together, as TensorFlow wants them. */
async function interleaved(path) {
  const bytes = await pixels(path);
  const tensor = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++)
    tensor[i] = bytes[i] / 127.5 - 1;
  return tensor;
}

module.exports = { SIDE, planes, interleaved };
