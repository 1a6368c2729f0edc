using System.Globalization;

namespace TransferLearning;

/// <summary>
/// The rule that turns gradients into new weights: <see cref="SgdOptions"/>, <see cref="AdamOptions"/> or <see cref="AdamWOptions"/>.
/// </summary>
/// <remarks>Immutable, safe for use from many threads.</remarks>
public abstract record OptimizerOptions : ICheckedOptions
{
    private protected OptimizerOptions()
    {
    }

    internal abstract Optimizer Create();

    void ICheckedOptions.Check(OptionErrors errors) => Check(errors);

    private protected abstract void Check(OptionErrors errors);

    /// <summary>The settings as text, the same in every culture.</summary>
    internal abstract string Describe();
}

/// <summary>
/// Stochastic gradient descent with momentum: <c>m ← μ·m + g; w ← w − rate·m</c>, or with Nesterov momentum
/// <c>w ← w − rate·(g + μ·m)</c> (Sutskever et al., 2013, as PyTorch and Keras write it).
/// </summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>μ, the share of the last step that is kept, in [0, 1). <value>The default is 0.9.</value></summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether Nesterov momentum is used. <value>The default is false.</value></summary>
    public bool Nesterov { get; init; }

    /// <summary>
    /// L2 penalty: this times the weight is added to the gradient; biases and normalisation are left out. <value>The default is 0.</value>
    /// </summary>
    public double WeightDecay { get; init; }

    internal override Optimizer Create() => new SgdOptimizer(this);

    private protected override void Check(OptionErrors errors)
    {
        errors.Require(Momentum is >= 0 and < 1, Momentum, "in [0, 1)");
        errors.Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), WeightDecay, "0 or more");
        if (Nesterov && Momentum == 0)
            errors.Add(nameof(Nesterov), $"needs a {nameof(Momentum)} above 0");
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

    private protected override void Check(OptionErrors errors) => Check(errors, Beta1, Beta2, Epsilon, WeightDecay);

    internal static void Check(OptionErrors errors, double beta1, double beta2, double epsilon, double weightDecay)
    {
        errors.Require(beta1 is >= 0 and < 1, beta1, "in [0, 1)", nameof(Beta1));
        errors.Require(beta2 is >= 0 and < 1, beta2, "in [0, 1)", nameof(Beta2));
        errors.Require(epsilon > 0 && double.IsFinite(epsilon), epsilon, "above 0", nameof(Epsilon));
        errors.Require(weightDecay >= 0 && double.IsFinite(weightDecay), weightDecay, "0 or more", nameof(WeightDecay));
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

    private protected override void Check(OptionErrors errors) => AdamOptions.Check(errors, Beta1, Beta2, Epsilon, WeightDecay);

    internal override string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"adamw {Beta1:R} {Beta2:R} {Epsilon:R} decay {WeightDecay:R}");
}
