// MobileNetV2 1.0 in TensorFlow.js with its WebAssembly backend, out of fused kernels, batch normalisation folded into the convolutions. No
// package has the weights, so they are random: the time is that of the real ones. The backend has one thread in Node.js.
const tf = require("@tensorflow/tfjs");
const { setWasmPaths } = require("@tensorflow/tfjs-backend-wasm");
const path = require("node:path");
const { SIDE, interleaved } = require("./decode.cjs");

// Expansion, channels, blocks and stride of the first block (table 2 of the paper, Sandler et al. 2018, arXiv:1801.04381).
const STAGES = [[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [6, 320, 1, 1]];

let seed = 1;
const weights = (shape, fanIn) => tf.randomNormal(shape, 0, Math.sqrt(2 / fanIn), "float32", seed++);

function convolution(from, to, size, stride, activation) {
  const filter = weights([size, size, from, to], size * size * from);
  const bias = tf.zeros([to]);
  return x => tf.fused.conv2d({ x, filter, strides: stride, pad: "same", bias, activation });
}

function depthwise(channels, stride) {
  const filter = weights([3, 3, channels, 1], 9);
  const bias = tf.zeros([channels]);
  return x => tf.fused.depthwiseConv2d({ x, filter, strides: stride, pad: "same", bias, activation: "relu6" });
}

function block(from, to, expansion, stride) {
  const wide = from * expansion;
  const layers = [depthwise(wide, stride), convolution(wide, to, 1, 1, "linear")];
  if (expansion !== 1)
    layers.unshift(convolution(from, wide, 1, 1, "relu6"));
  const inside = x => layers.reduce((value, layer) => layer(value), x);
  return stride === 1 && from === to ? x => tf.add(x, inside(x)) : inside;
}

function mobileNet() {
  const layers = [convolution(3, 32, 3, 2, "relu6")];
  let channels = 32;
  for (const [expansion, to, blocks, stride] of STAGES) {
    for (let i = 0; i < blocks; i++) {
      layers.push(block(channels, to, expansion, i === 0 ? stride : 1));
      channels = to;
    }
  }
  layers.push(convolution(channels, 1280, 1, 1, "relu6"), x => tf.mean(x, [1, 2]));
  return x => layers.reduce((value, layer) => layer(value), x);
}

module.exports = async () => {
  setWasmPaths(path.join(path.dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist") + path.sep);
  await tf.setBackend("wasm");
  await tf.ready();
  const network = mobileNet();
  return {
    decode: interleaved,
    run: async tensor => tf.tidy(() => network(tf.tensor4d(tensor, [1, SIDE, SIDE, 3]))).data(),
  };
};
