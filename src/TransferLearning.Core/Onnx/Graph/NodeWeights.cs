using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Which of a node's constants are learned. A graph does not say: a convolution's kernel and the upper limit of a clip are both just
/// constants. Learned is every floating-point constant that the output depends on smoothly, except what formulas are written with: single
/// numbers and tensors filled with one, masks, and what scales the image before the first layer.
/// </summary>
internal static class NodeWeights
{
    /// <summary>An additive attention mask holds 0 where tokens see each other and at most this elsewhere.</summary>
    private const double MaskedScore = -90;

    /// <summary>The weights of one node.</summary>
    /// <returns>What gradient descent trains, and the running statistics, which it does not.</returns>
    public static (IReadOnlyList<ConstantTensor> Trained, IReadOnlyList<ConstantTensor> Statistics) Of(GraphIndex index, NodeProto node) =>
        index.ReachesOutput(node) ? CandidatesOf(index, node) : ([], []);

    /// <summary>The weights of one node if an output depends on it smoothly.</summary>
    public static (IReadOnlyList<ConstantTensor> Trained, IReadOnlyList<ConstantTensor> Statistics) CandidatesOf(
        GraphIndex index, NodeProto node)
    {
        List<ConstantTensor>? trained = null, statistics = null;
        for (int i = 0; i < node.Input.Count; i++)
        {
            string input = node.Input[i];
            if (input.Length == 0 || index.IsDynamic(input))
                continue;
            bool isStatistic = node.Is("BatchNormalization") && i is 3 or 4;
            if (!isStatistic && !DifferentiableInputs.Contains(node, i))
                continue;
            foreach (var root in index.RootsOf(input))
            {
                if (!isStatistic && !IsLearned(index, node, i, root))
                    continue;
                var list = isStatistic ? statistics ??= [] : trained ??= [];
                if (!list.Any(known => ReferenceEquals(known, root)))
                    list.Add(root);
            }
        }

        return (trained ?? [], statistics ?? []);
    }

    private static bool IsLearned(GraphIndex index, NodeProto node, int position, ConstantTensor constant)
    {
        if (IsLayerWeight(node, position))
            return constant.Node is null || constant.IsFill || !IsNormalization(node) || !constant.IsUniform;

        // A number on its own in arithmetic is part of a formula (x + 3 in a hard swish); a vector is a bias, a scale or a position.
        return constant.Count > 1
            && (constant.Node is null || constant.IsFill || !constant.IsUniform)
            && index.IsAfterWeights(node)
            && !(node.Is("Add") && constant.IsMask(MaskedScore));
    }

    /// <summary>Whether the operator has its weights at this input, whatever they look like.</summary>
    private static bool IsLayerWeight(NodeProto node, int position) => node.IsStandard
        ? node.OpType switch
        {
            "BatchNormalization" or "Conv" or "ConvTranspose" or "DeformConv" or "GroupNormalization" or "InstanceNormalization"
                or "LayerNormalization" or "PRelu" or "RMSNormalization" or "SimplifiedLayerNormalization" => position > 0,
            "Gemm" or "MatMul" or "Einsum" => true,
            "LSTM" or "GRU" or "RNN" => position is 1 or 2 or 3,
            "Gather" => position == 0,
            _ => false,
        }
        : node.OpType.StartsWith("Fused", StringComparison.Ordinal) && position > 0;

    private static bool IsNormalization(NodeProto node) => node.OpType.EndsWith("Normalization", StringComparison.Ordinal);
}
