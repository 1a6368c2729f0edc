using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Which of a node's constants are learned. A graph does not say: a convolution's kernel and the upper limit of a clip are both just
/// constants. The operator decides, by the position of the input.
/// </summary>
internal static class NodeWeights
{
    /// <summary>The weights of one node.</summary>
    /// <returns>What gradient descent trains, and the running statistics, which it does not.</returns>
    public static (IReadOnlyList<ConstantTensor> Trained, IReadOnlyList<ConstantTensor> Statistics) Of(GraphIndex index, NodeProto node)
    {
        List<ConstantTensor>? trained = null, statistics = null;
        for (int i = 0; i < node.Input.Count; i++)
        {
            string input = node.Input[i];
            if (input.Length == 0 || index.IsDynamic(input))
                continue;
            var role = RoleOf(node, i);
            if (role == Role.None)
                continue;
            foreach (var root in index.RootsOf(input))
            {
                if (role == Role.Vector && root.Count <= 1)
                    continue;
                var list = role == Role.Statistic ? statistics ??= [] : trained ??= [];
                if (!list.Any(known => ReferenceEquals(known, root)))
                    list.Add(root);
            }
        }

        return (trained ?? [], statistics ?? []);
    }

    private static Role RoleOf(NodeProto node, int position)
    {
        if (!node.IsStandard)
            return node.OpType.StartsWith("Fused", StringComparison.Ordinal) && position > 0 ? Role.Weight : Role.Vector;
        return node.OpType switch
        {
            "BatchNormalization" => position switch { 1 or 2 => Role.Weight, 3 or 4 => Role.Statistic, _ => Role.None },
            "Conv" or "ConvTranspose" or "DeformConv" or "InstanceNormalization" or "GroupNormalization" or "LayerNormalization"
                or "RMSNormalization" or "SimplifiedLayerNormalization" or "PRelu" => position > 0 ? Role.Weight : Role.None,
            "Gemm" or "MatMul" or "Einsum" => Role.Weight,
            "LSTM" or "GRU" or "RNN" => position is 1 or 2 or 3 ? Role.Weight : Role.None,
            "Gather" => position == 0 ? Role.Weight : Role.None,

            // A number on its own in arithmetic is part of a formula (x + 3 in a hard swish); a vector is a bias, a scale or a position.
            "Add" or "Mul" or "Sum" or "Concat" => Role.Vector,
            _ => Role.None,
        };
    }

    private enum Role
    {
        None,
        Weight,
        Vector,
        Statistic,
    }
}
