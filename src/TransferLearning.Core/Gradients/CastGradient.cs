namespace TransferLearning;

/// <summary>Cast and CastLike between floating-point types: dx is dy in the type of x. Casts to whole numbers pass no gradient.</summary>
internal sealed class CastGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        if (scope.Wants(0))
            scope.Contribute(0, scope.Graph.Add("CastLike", [scope.OutputGradient(), scope.Input()]));
    }
}
