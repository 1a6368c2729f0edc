using System.Text;
using TransferLearning.Onnx;

namespace TransferLearning.Fuzz;

/// <summary>Bytes of an ONNX model: read, described and operated on.</summary>
internal sealed class OnnxTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override IReadOnlyList<Mutation> Mutations { get; } = [.. ByteMutations.All, .. ProtobufMutations.All];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds() => ModelSeeds.Networks();

    /// <inheritdoc/>
    public override string Run(byte[] input)
    {
        var model = OnnxModel.Parse(input);
        if (!model.ToBytes().AsSpan().SequenceEqual(OnnxModel.Parse(model.ToBytes()).ToBytes()))
            throw new FuzzException("A model that is written and read again is another one.");
        var said = new StringBuilder();
        Try(said, "layers", () => model.Layers.Sum(layer => layer.ParameterCount) + model.ParameterCount);
        Try(said, "summary", () => model.Summarize().ToString());
        Try(said, "features", () => model.WithoutTop().ParameterCount);
        Try(said, "batch", model.WithFreeBatch);
        Try(said, "cut", () => CutPoints.Of(model) is [.., var last] ? model.CutAt(last).Summarize() : null);
        Try(said, "depths", () => model.WithoutTopAtDepths([0.3, 0.6]).Columns.Count);
        return said.ToString();
    }

    /// <inheritdoc/>
    public override bool IsDocumented(Exception error) => error is OnnxGraphException;

    /// <inheritdoc/>
    public override byte[]? Without(byte[] input, int part) => ProtobufMutations.Without(input, part);

    private static void Try(StringBuilder said, string step, Func<object?> run)
    {
        try
        {
            _ = run();
            said.Append(step).Append("; ");
        }
        catch (OnnxGraphException error)
        {
            string shape = Execution.MessageShape(error.Message);
            said.Append("no ").Append(step).Append(": ").Append(shape.AsSpan(0, Math.Min(shape.Length, 70))).Append("; ");
        }
    }
}
