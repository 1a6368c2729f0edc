namespace TransferLearning.Onnx.Protobuf;

/// <summary>Typed access to a node's attributes, and the words by which messages name it.</summary>
internal sealed partial class NodeProto
{
    /// <summary>Whether the node is this operator of the standard operator set.</summary>
    public bool Is(string operatorType) => OpType == operatorType && IsStandard;

    /// <summary>Whether the operator belongs to the standard operator set, whose domain has two spellings.</summary>
    public bool IsStandard => Domain is "" or "ai.onnx";

    /// <summary>The node for a message: its name, or what it makes where it has none.</summary>
    public string Describe()
    {
        string type = IsStandard ? OpType : $"{Domain}:{OpType}";
        if (Name.Length > 0)
            return $"node '{Name}' ({type})";
        return Output.Count > 0 ? $"the node ({type}) that makes '{Output[0]}'" : $"a nameless node ({type})";
    }

    /// <summary>The attribute with the given name, or null.</summary>
    public AttributeProto? Find(string name)
    {
        foreach (var attribute in Attribute)
        {
            if (attribute.Name == name)
                return attribute;
        }

        return null;
    }

    /// <summary>An integer attribute, or the operator's default.</summary>
    public long Int(string name, long fallback) => Find(name) is { HasI: true } attribute ? attribute.I : fallback;

    /// <summary>A float attribute, or the operator's default.</summary>
    public float Float(string name, float fallback) => Find(name) is { HasF: true } attribute ? attribute.F : fallback;

    /// <summary>A string attribute, or the operator's default.</summary>
    public string Text(string name, string fallback) => Find(name) is { HasS: true } attribute ? attribute.S.ToStringUtf8() : fallback;

    /// <summary>A list of integers, or null where the attribute is absent.</summary>
    public long[]? Ints(string name) => Find(name) is { Ints.Count: > 0 } attribute ? [.. attribute.Ints] : null;

    /// <summary>The input at a position, or an empty name where the node leaves it out.</summary>
    public string InputOrEmpty(int index) => index < Input.Count ? Input[index] : "";
}
