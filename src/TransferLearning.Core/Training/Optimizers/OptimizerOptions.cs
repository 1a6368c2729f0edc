using System.Globalization;

namespace TransferLearning;

/// <summary>
/// The rule that turns gradients into new weights: <see cref="SgdOptions"/>, <see cref="AdamOptions"/> or <see cref="AdamWOptions"/>.
/// </summary>
/// <remarks>Immutable, safe for use from many threads.</remarks>
public abstract record OptimizerOptions
{
    private protected OptimizerOptions()
    {
    }

    internal abstract Optimizer Create();

    internal abstract void AddViolations(List<string> violations);

    /// <summary>The settings in a form that is the same in every culture.</summary>
    internal abstract string Describe();

    private protected static void RequireDecay(string name, double value, List<string> violations)
    {
        if (!(value is >= 0 and < 1))
            violations.Add(string.Create(CultureInfo.InvariantCulture, $"{name} must be in [0, 1), not {value}"));
    }

    private protected static void RequireNotNegative(string name, double value, List<string> violations)
    {
        if (!(value >= 0 && double.IsFinite(value)))
            violations.Add(string.Create(CultureInfo.InvariantCulture, $"{name} must be 0 or more, not {value}"));
    }
}

/// <summary>
/// Stochastic gradient descent with momentum: <c>m ← μ·m + g; w ← w − rate·m</c>, or with Nesterov's look-ahead
/// <c>w ← w − rate·(g + μ·m)</c> (Sutskever et al., 2013, in the form that PyTorch and Keras use).
/// </summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>μ, the share of the last step that goes on, in [0, 1). <value>The default is 0.9.</value></summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether the gradient is followed from where the momentum leads. <value>The default is false.</value></summary>
    public bool Nesterov { get; init; }

    /// <summary>
    /// L2 penalty: this times the weight is added to the gradient; biases and normalisation are left out. <value>The default is 0.</value>
    /// </summary>
    public double WeightDecay { get; init; }

    internal override Optimizer Create() => new SgdOptimizer(this);

    internal override void AddViolations(List<string> violations)
    {
        RequireDecay("SgdOptions.Momentum", Momentum, violations);
        RequireNotNegative("SgdOptions.WeightDecay", WeightDecay, violations);
        if (Nesterov && Momentum == 0)
            violations.Add("SgdOptions.Nesterov needs a Momentum above 0");
    }

    internal override string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"sgd momentum {Momentum:R} nesterov {Nesterov} decay {WeightDecay:R}");
}

/// <summary>
/// Adam (Kingma and Ba, 2015): steps in the size of the learning rate, whatever the scale of the gradient. Weight decay is an L2 penalty in
/// the gradient; for decay that Adam does not rescale use <see cref="AdamWOptions"/>.
/// </summary>
public sealed record AdamOptions : OptimizerOptions
{
    /// <summary>The decay of the mean of the gradients, in [0, 1). <value>The default is 0.9.</value></summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of the mean of the squared gradients, in [0, 1). <value>The default is 0.999.</value></summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>What keeps the division finite, above 0. <value>The default is 1e-7, as in Keras.</value></summary>
    public double Epsilon { get; init; } = 1e-7;

    /// <summary>
    /// L2 penalty: this times the weight is added to the gradient; biases and normalisation are left out. <value>The default is 0.</value>
    /// </summary>
    public double WeightDecay { get; init; }

    internal override Optimizer Create() => new AdamOptimizer(Beta1, Beta2, Epsilon, WeightDecay, decoupled: false);

    internal override void AddViolations(List<string> violations) =>
        AddViolations(nameof(AdamOptions), Beta1, Beta2, Epsilon, WeightDecay, violations);

    internal static void AddViolations(string type, double beta1, double beta2, double epsilon, double decay, List<string> violations)
    {
        RequireDecay(type + ".Beta1", beta1, violations);
        RequireDecay(type + ".Beta2", beta2, violations);
        RequireNotNegative(type + ".WeightDecay", decay, violations);
        if (!(epsilon > 0 && double.IsFinite(epsilon)))
            violations.Add(string.Create(CultureInfo.InvariantCulture, $"{type}.Epsilon must be above 0, not {epsilon}"));
    }

    internal override string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"adam {Beta1:R} {Beta2:R} {Epsilon:R} decay {WeightDecay:R}");
}

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019): <c>w ← w − rate·decay·w</c> beside the Adam step. Biases and
/// normalisation do not decay.
/// </summary>
public sealed record AdamWOptions : OptimizerOptions
{
    /// <summary>The decay of the mean of the gradients, in [0, 1). <value>The default is 0.9.</value></summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of the mean of the squared gradients, in [0, 1). <value>The default is 0.999.</value></summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>What keeps the division finite, above 0. <value>The default is 1e-7, as in Keras.</value></summary>
    public double Epsilon { get; init; } = 1e-7;

    /// <summary>The decay per step, as a multiple of the learning rate. <value>The default is 0.01.</value></summary>
    public double WeightDecay { get; init; } = 0.01;

    internal override Optimizer Create() => new AdamOptimizer(Beta1, Beta2, Epsilon, WeightDecay, decoupled: true);

    internal override void AddViolations(List<string> violations) =>
        AdamOptions.AddViolations(nameof(AdamWOptions), Beta1, Beta2, Epsilon, WeightDecay, violations);

    internal override string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"adamw {Beta1:R} {Beta2:R} {Epsilon:R} decay {WeightDecay:R}");
}
