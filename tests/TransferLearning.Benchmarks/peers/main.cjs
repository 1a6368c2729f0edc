// node main.cjs PEER OPTIONS: loads a peer (onnxruntime, tfjs), says that it is ready, and answers each line of standard input, a JSON array of
// picture files, with one line: the features of the last. It ends with its input.
const readline = require("node:readline");
const sharp = require("sharp");

async function main([peer, json]) {
  const options = JSON.parse(json);
  sharp.concurrency(options.threads);
  sharp.cache(false); // the same pictures come again in every round
  const { decode, run } = await require(`./${peer}.cjs`)(options);
  const { ahead } = options;

  /** The next pictures are decoded on the threads of libuv while the network computes. */
  async function compute(paths) {
    const decoding = paths.slice(0, ahead).map(decode);
    let features;
    for (let i = 0; i < paths.length; i++) {
      if (i + ahead < paths.length)
        decoding.push(decode(paths[i + ahead]));
      features = await run(await decoding.shift());
    }
    return features;
  }

  process.stdout.write("ready\n");
  for await (const line of readline.createInterface({ input: process.stdin }))
    process.stdout.write(JSON.stringify(Array.from(await compute(JSON.parse(line)))) + "\n");
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1); // whoever waits for an answer learns of it
});
