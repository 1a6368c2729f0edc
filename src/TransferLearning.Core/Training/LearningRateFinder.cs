namespace TransferLearning;

/// <summary>A learning rate that was tried, and the smoothed loss that it led to.</summary>
/// <param name="LearningRate">The learning rate of the step.</param>
/// <param name="Loss">The exponentially smoothed loss after the steps so far.</param>
public readonly record struct LearningRateTrial(double LearningRate, double Loss);

/// <summary>
/// The learning-rate range test (Smith, 2017; <c>lr_find</c> of fastai): one step at each of a rising series of rates, until the loss
/// explodes.
/// </summary>
/// <param name="Trials">The rates that were tried, rising, with the smoothed loss.</param>
/// <param name="Suggestion">A tenth of the rate at which the smoothed loss was lowest.</param>
public sealed record LearningRateScan(IReadOnlyList<LearningRateTrial> Trials, double Suggestion);

/// <summary>Finds a learning rate for a network and data. The network stays as it is.</summary>
internal static class LearningRateFinder
{
    private const double Lowest = 1e-6;
    private const double Highest = 10;
    private const int Steps = 100;

    /// <summary>The share of the smoothed loss that a step keeps.</summary>
    private const double Smoothing = 0.9;

    /// <summary>The loss has exploded when it is so many times the lowest one.</summary>
    private const double Explosion = 4;

    /// <exception cref="OnnxGraphException">The network cannot be trained; the message names the node.</exception>
    public static LearningRateScan Run(
        TrainableNetwork network, TrainingExamples examples, TrainingOptions options, CancellationToken cancellationToken = default)
    {
        using var runner = new StepRunner(network, examples, options);
        using var cancellation = cancellationToken.Register(runner.Session.Cancel);
        var trials = new List<LearningRateTrial>(Steps);
        double average = 0, best = double.PositiveInfinity, bestRate = Lowest;
        for (int i = 0; i < Steps; i++)
        {
            int stepOfEpoch = i % runner.StepsPerEpoch;
            if (stepOfEpoch == 0)
                runner.BeginEpoch(i / runner.StepsPerEpoch);
            double rate = Lowest * Math.Pow(Highest / Lowest, (double)i / (Steps - 1));
            var outcome = runner.Run(i / runner.StepsPerEpoch, stepOfEpoch, rate);
            if (!outcome.IsFinite)
                break;

            average = (Smoothing * average) + ((1 - Smoothing) * outcome.Loss);
            double loss = average / (1 - Math.Pow(Smoothing, i + 1));
            if (loss > Explosion * best)
                break;
            trials.Add(new LearningRateTrial(rate, loss));
            if (loss < best)
                (best, bestRate) = (loss, rate);
        }

        return new LearningRateScan(trials, bestRate / 10);
    }
}
