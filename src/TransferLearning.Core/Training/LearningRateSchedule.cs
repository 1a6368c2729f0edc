using System.Globalization;

namespace TransferLearning;

/// <summary>
/// How the learning rate changes while training: a factor on the options' <see cref="TrainingOptions.LearningRate"/> for each step.
/// </summary>
/// <remarks>Immutable, safe for use from many threads.</remarks>
public abstract record LearningRateSchedule
{
    /// <summary>The learning rate stays as it is.</summary>
    public static LearningRateSchedule Constant { get; } = new ConstantSchedule();

    /// <summary>The factor of a step.</summary>
    /// <param name="stepIndex">The index of the step over all epochs, from 0.</param>
    /// <param name="stepsPerEpoch">The number of steps of an epoch, 1 or more.</param>
    /// <param name="epochs">The number of epochs, 1 or more.</param>
    /// <returns>A factor, 0 or more; 1 leaves the learning rate as the options have it.</returns>
    public abstract double Factor(long stepIndex, int stepsPerEpoch, int epochs);

    /// <summary>The learning rate is multiplied with <paramref name="factor"/> after every <paramref name="epochs"/> epochs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="epochs"/> is below 1, or <paramref name="factor"/> is not in (0, 1].
    /// </exception>
    public static LearningRateSchedule Step(int epochs, double factor = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        RequireShare(factor, allowZero: false, nameof(factor));
        return new StepSchedule(epochs, factor);
    }

    /// <summary>
    /// Half a cosine from the full learning rate to <paramref name="final"/> times it (Loshchilov and Hutter, 2017, without restarts).
    /// </summary>
    /// <param name="final">The share of the learning rate that is left at the end, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="final"/> is not in [0, 1].</exception>
    public static LearningRateSchedule Cosine(double final = 0)
    {
        RequireShare(final, allowZero: true, nameof(final));
        return new CosineSchedule(final);
    }

    /// <summary>
    /// One cycle (Smith, 2018, as fastai runs it): a cosine rise from a 25th of the learning rate to the full one, then a cosine fall to
    /// nearly nothing.
    /// </summary>
    /// <param name="rise">The share of all steps that the rise takes, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rise"/> is not in (0, 1).</exception>
    public static LearningRateSchedule OneCycle(double rise = 0.25)
    {
        RequireShare(rise, allowZero: false, nameof(rise));
        ArgumentOutOfRangeException.ThrowIfEqual(rise, 1.0);
        return new OneCycleSchedule(rise);
    }

    /// <summary>
    /// This schedule behind a linear rise from zero, so that the first steps of a fresh head do not tear up a trained backbone.
    /// </summary>
    /// <param name="share">The share of all steps that the rise takes, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is not in [0, 1).</exception>
    public LearningRateSchedule WithWarmUp(double share = 0.1)
    {
        RequireShare(share, allowZero: true, nameof(share));
        ArgumentOutOfRangeException.ThrowIfEqual(share, 1.0);
        return new WarmUpSchedule(this, share);
    }

    private static void RequireShare(double value, bool allowZero, string name)
    {
        if (!(value <= 1 && (allowZero ? value >= 0 : value > 0)))
            throw new ArgumentOutOfRangeException(name, value, $"The value must be in {(allowZero ? '[' : '(')}0, 1].");
    }

    private static double Fall(double progress) => 0.5 * (1 + Math.Cos(Math.PI * Math.Clamp(progress, 0, 1)));

    private sealed record ConstantSchedule : LearningRateSchedule
    {
        public override double Factor(long stepIndex, int stepsPerEpoch, int epochs) => 1;

        public override string ToString() => "constant";
    }

    private sealed record StepSchedule(int Epochs, double Multiplier) : LearningRateSchedule
    {
        public override double Factor(long stepIndex, int stepsPerEpoch, int epochs) =>
            Math.Pow(Multiplier, stepIndex / ((long)stepsPerEpoch * Epochs));

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"step {Epochs} {Multiplier:R}");
    }

    private sealed record CosineSchedule(double Final) : LearningRateSchedule
    {
        public override double Factor(long stepIndex, int stepsPerEpoch, int epochs) =>
            Final + (1 - Final) * Fall((double)stepIndex / ((long)stepsPerEpoch * epochs));

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"cosine {Final:R}");
    }

    private sealed record OneCycleSchedule(double Rise) : LearningRateSchedule
    {
        private const double Start = 1.0 / 25;
        private const double End = 1e-5;

        public override double Factor(long stepIndex, int stepsPerEpoch, int epochs)
        {
            double progress = (double)stepIndex / ((long)stepsPerEpoch * epochs);
            return progress < Rise
                ? 1 - (1 - Start) * Fall(progress / Rise)
                : End + (1 - End) * Fall((progress - Rise) / (1 - Rise));
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"one-cycle {Rise:R}");
    }

    private sealed record WarmUpSchedule(LearningRateSchedule Inner, double Share) : LearningRateSchedule
    {
        /// <summary>The inner schedule runs over the epochs that the rise leaves, so that it ends where it would end alone.</summary>
        public override double Factor(long stepIndex, int stepsPerEpoch, int epochs)
        {
            long steps = (long)stepsPerEpoch * epochs;
            double rise = Share * steps;
            if (stepIndex < rise)
                return (stepIndex + 1) / (Math.Ceiling(rise) + 1) * Inner.Factor(0, stepsPerEpoch, epochs);
            return Inner.Factor((long)((stepIndex - rise) * steps / (steps - rise)), stepsPerEpoch, epochs);
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Inner} after warm-up {Share:R}");
    }
}
