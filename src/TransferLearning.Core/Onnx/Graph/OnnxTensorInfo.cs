using System.Globalization;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>What a model says about one of its inputs or outputs.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="ElementType">The type of its numbers.</param>
/// <param name="Dimensions">
/// Its size in each dimension; null where the model leaves it free. Empty for a scalar or an undeclared shape.
/// </param>
public sealed record OnnxTensorInfo(string Name, OnnxElementType ElementType, IReadOnlyList<long?> Dimensions)
{
    /// <summary>Name, type and shape, for instance <c>input: Float [N, 3, 224, 224]</c>.</summary>
    public override string ToString() =>
        $"{Name}: {ElementType} [{string.Join(", ", Dimensions.Select(size => size?.ToString(CultureInfo.InvariantCulture) ?? "N"))}]";

    internal static OnnxTensorInfo From(ValueInfoProto value)
    {
        var tensor = value.Type?.TensorType;
        var dimensions = tensor?.Shape?.Dim.Select(dimension => dimension.HasDimValue ? dimension.DimValue : (long?)null).ToArray() ?? [];
        return new OnnxTensorInfo(value.Name, (OnnxElementType)(tensor?.ElemType ?? 0), dimensions);
    }
}
