// The file of the network in onnxruntime-node.
const ort = require("onnxruntime-node");
const { SIDE, planes } = require("./decode.cjs");

module.exports = async ({ model, threads }) => {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: threads, interOpNumThreads: 1 });
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  return {
    decode: planes,
    run: async tensor => (await session.run({ [input]: new ort.Tensor("float32", tensor, [1, 3, SIDE, SIDE]) }))[output].data,
  };
};
