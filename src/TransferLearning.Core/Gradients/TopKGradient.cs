namespace TransferLearning;

/// <summary>The k largest or smallest elements along an axis: dy goes back to the places that the second output names.</summary>
internal sealed class TopKGradient : OperatorGradient
{
    public override void Append(GradientScope scope) =>
        scope.Contribute(0, GatherElementsGradient.Scatter(scope, scope.AskForOutput(1, "indices"), scope.Int("axis", -1)));
}
