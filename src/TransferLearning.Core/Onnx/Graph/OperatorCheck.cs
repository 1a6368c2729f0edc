using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Finds nodes that ONNX Runtime cannot know: an operator that does not exist, or that came after the operator set the model declares.
/// Operators of other domains are left to the runtime, where an application may have registered them.
/// </summary>
internal sealed class OperatorCheck
{
    private readonly HashSet<string> _domains;
    private readonly HashSet<(string Domain, string Name)> _functions;
    private readonly long _opset;

    public OperatorCheck(ModelProto proto)
    {
        _domains = [.. proto.OpsetImport.Select(import => Plain(import.Domain))];
        _functions = [.. proto.Functions.Select(function => (Plain(function.Domain), function.Name))];
        _opset = proto.OpsetImport.Last(import => import.Domain is "" or "ai.onnx").Version;
    }

    /// <exception cref="OnnxGraphException">Names the node, the operator and the operator set.</exception>
    public void Check(NodeProto node)
    {
        if (node.OpType.Length == 0)
            throw new OnnxGraphException($"{node.Describe()} names no operator.");
        string domain = Plain(node.Domain);
        if (_functions.Contains((domain, node.OpType)))
            return;
        if (!_domains.Contains(domain))
            throw new OnnxGraphException($"{node.Describe()} is of the domain '{domain}', which the model does not import.");
        if (domain.Length > 0)
            return;

        if (!OperatorSets.FirstSet.TryGetValue(node.OpType, out int first))
        {
            throw new OnnxGraphException(
                $"{node.Describe()} uses an operator that is not in the standard operator set {_opset}; " +
                "if it is an extension, export it with its domain.");
        }

        if (first > _opset)
        {
            throw new OnnxGraphException(
                $"{node.Describe()} uses an operator that came with operator set {first}, but the model declares set {_opset}; " +
                $"export it with {first} or later.");
        }
    }

    private static string Plain(string domain) => domain == "ai.onnx" ? "" : domain;
}
