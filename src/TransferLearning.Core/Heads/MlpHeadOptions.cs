namespace TransferLearning;

/// <summary>
/// A head with one hidden layer, as it is often put on frozen features: Dense – ReLU – BatchNormalization – Dropout – Dense – Softmax.
/// Features are standardised first; that and the normalisation are part of the two dense layers of the finished head.
/// </summary>
/// <remarks>Immutable, safe for use from many threads.</remarks>
public sealed record MlpHeadOptions : TrainingOptions
{
    /// <summary>Creates the default options.</summary>
    public MlpHeadOptions()
    {
        Epochs = 50;
        BatchSize = 32;
        LearningRate = 1e-3;
        Optimizer = new AdamOptions();
        Schedule = LearningRateSchedule.Cosine();
    }

    /// <summary>The number of hidden units, 1 or more. <value>The default is 64.</value></summary>
    public int Units { get; init; } = 64;

    /// <summary>The share of hidden units that a step leaves out, in [0, 1). <value>The default is 0.5.</value></summary>
    public double Dropout { get; init; } = 0.5;

    private protected override void Check(OptionErrors errors)
    {
        base.Check(errors);
        errors.Require(Units >= 1, Units, "1 or more");
        errors.Require(Dropout is >= 0 and < 1, Dropout, "in [0, 1)");
        if (CutMix > 0)
            errors.Add(nameof(CutMix), $"must be 0, since features have no height and width; use {nameof(Mixup)}");
        if (BatchSize == 1)
            errors.Add(nameof(BatchSize), "must be 2 or more, since BatchNormalization takes the statistics of the batch");
    }

    internal override IEnumerable<KeyValuePair<string, string>> Describe() =>
        [.. base.Describe(), Entry(nameof(Units), $"{Units}"), Entry(nameof(Dropout), $"{Dropout:R}")];
}
