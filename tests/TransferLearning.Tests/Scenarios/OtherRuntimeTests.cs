using System.Runtime.InteropServices;
using System.Text.Json;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Scenarios;

/// <summary>A saved classifier is an ordinary ONNX file: a program that is not .NET computes the same from it.</summary>
public sealed class OtherRuntimeTests(DrawnExample example)
{
    /// <summary>Arguments: the model, the file of input floats, the shape. Prints the probabilities and the labels as JSON.</summary>
    private const string Script = """
        const ort = require("onnxruntime-node"), fs = require("fs");
        (async () => {
            const [model, file, shape] = process.argv.slice(2);
            const bytes = fs.readFileSync(file);
            const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
            const session = await ort.InferenceSession.create(model);
            const input = new ort.Tensor("float32", data, shape.split(",").map(Number));
            const result = await session.run({ [session.inputNames[0]]: input });
            console.log(JSON.stringify({ scores: Array.from(result.Score.data), labels: Array.from(result.PredictedLabel.data) }));
        })();
        """;

    [Fact]
    public async Task Node_computes_the_probabilities_of_a_fine_tuned_classifier()
    {
        var options = new FineTuningOptions { Freeze = FreezePoint.From("final.conv"), Epochs = 1, BatchSize = 12 };
        using var classifier = await TransferLearner.From(Backbones.TinyResNet).FineTuning(options).FitAsync(example.Dataset);
        await ComputesTheSameAsync(classifier);
    }

    [Fact]
    public async Task Node_computes_the_probabilities_of_a_quantized_classifier()
    {
        using var quantized = await (await example.ClassifierAsync()).QuantizeAsync(
            example.Dataset.Train, example.Dataset.Validation, new QuantizationOptions { MaxAccuracyLoss = 0.1 });
        await ComputesTheSameAsync(quantized);
    }

    private async Task ComputesTheSameAsync(ImageClassifier classifier)
    {
        using var folder = new TemporaryFolder();
        string model = folder.File("model.onnx"), input = folder.File("input.bin");
        classifier.Save(model);

        var images = example.Dataset.Test.Take(6).Select(image => image.Path).ToArray();
        var preprocessor = new ImagePreprocessor(classifier.Preprocessing);
        float[] tensor = new float[images.Length * preprocessor.TensorLength];
        for (int i = 0; i < images.Length; i++)
            preprocessor.Load(images[i], tensor.AsSpan(i * preprocessor.TensorLength, preprocessor.TensorLength));
        await File.WriteAllBytesAsync(input, MemoryMarshal.AsBytes(tensor.AsSpan()).ToArray());

        string shape = FormattableString.Invariant($"{images.Length},3,{classifier.Preprocessing.Height},{classifier.Preprocessing.Width}");
        using var answer = JsonDocument.Parse(await NodeRuntime.RunAsync(Script, model, input, shape));
        float[] scores = answer.RootElement.GetProperty("scores").Deserialize<float[]>()!;
        string[] labels = answer.RootElement.GetProperty("labels").Deserialize<string[]>()!;
        Assert.Equal(images.Length * classifier.Labels.Count, scores.Length);
        for (int i = 0; i < images.Length; i++)
        {
            var expected = classifier.Predict(images[i]);
            Assert.Equal(expected.Label, labels[i]);
            for (int c = 0; c < classifier.Labels.Count; c++)
                Assert.Equal(expected.Probabilities[c], scores[(i * classifier.Labels.Count) + c], 1e-4f);
        }
    }
}
