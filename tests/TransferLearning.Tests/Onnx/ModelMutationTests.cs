using Google.Protobuf;
using TransferLearning.Onnx;

namespace TransferLearning.Tests.Onnx;

/// <summary>Damaged bytes give a typed error or a model that works, never anything else.</summary>
public sealed class ModelMutationTests
{
    private const int Mutations = 2000;
    private const long MemoryPerMutation = 2 << 20;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Damaged_models_are_refused_or_usable(int seed)
    {
        var random = new Random(seed);
        byte[] original = seed == 1 ? TestGraph.Dense().ToByteArray() : Branches();
        int refused = 0, usable = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] damaged = Damage(original, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Use(OnnxModel.Parse(damaged), askRuntime: i % 20 == 0);
                usable++;
            }
            catch (OnnxGraphException error)
            {
                Assert.NotEmpty(error.Message);
                refused++;
            }
            catch (Exception error) when (error is not OnnxGraphException)
            {
                Assert.Fail($"mutation {i} of seed {seed}: {error}\n{Convert.ToHexString(damaged)}");
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MemoryPerMutation);
        }

        // Both happen often, so both sides are tested.
        Assert.True(refused > Mutations / 4 && usable > Mutations / 40, $"{refused} refused, {usable} usable");
    }

    private static void Use(OnnxModel model, bool askRuntime)
    {
        _ = model.ParameterCount;
        _ = model.Inputs.Count + model.Outputs.Count + model.Metadata.Count + model.OpsetVersion;
        _ = model.Layers.Sum(layer => layer.ParameterCount);
        _ = CutPoints.Of(model);
        Assert.Equal(model.ToBytes(), OnnxModel.Parse(model.ToBytes()).ToBytes());
        if (askRuntime)
        {
            _ = model.Summarize().ToString();
            _ = model.WithoutTop().ParameterCount;
            _ = model.WithFreeBatch();
        }
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        byte[] bytes = [.. original];
        int edits = random.Next(1, 4);
        for (int i = 0; i < edits; i++)
        {
            int position = random.Next(bytes.Length), length = random.Next(1, 6), end = Math.Min(bytes.Length, position + length);
            switch (random.Next(5))
            {
                case 0:
                    bytes[position] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[position] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes = [.. bytes[..position], .. bytes[end..]];
                    break;
                case 3:
                    bytes = [.. bytes[..end], .. bytes[position..]];
                    break;
                default:
                    bytes.AsSpan(position..end).Fill(0xFF);
                    break;
            }

            if (bytes.Length == 0)
                return [0];
        }

        return bytes;
    }

    private static byte[] Branches() => TestGraph.Build([1, 2, 4, 4], graph =>
    {
        string a = graph.Add("Relu", [graph.Add("Conv", ["x", graph.Initializer("a", OnnxRun.Noise(1, 4), [2, 2, 1, 1])])]);
        string b = graph.Add("MaxPool", [a], GraphBuilder.Attribute("kernel_shape", 1, 1));
        string pooled = graph.Add("GlobalAveragePool", [graph.Add("Add", [a, b])]);
        string flat = graph.Add("Reshape", [pooled, graph.Int64s(1, 2)]);
        string fill = graph.Add("ConstantOfShape", [graph.Int64s(2, 3)]);
        return graph.Add("Softmax", [graph.Add("MatMul", [flat, fill])]);
    }).ToBytes();
}
