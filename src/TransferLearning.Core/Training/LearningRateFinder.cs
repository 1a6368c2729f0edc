namespace TransferLearning;

/// <summary>Runs the learning-rate range test. The network stays as it is.</summary>
internal static class LearningRateFinder
{
    private const double Lowest = 1e-6;
    private const double Highest = 10;
    private const int Steps = 100;

    /// <summary>The weight of the previous smoothed loss.</summary>
    private const double Smoothing = 0.9;

    /// <summary>The loss counts as exploded at this multiple of the lowest one.</summary>
    private const double Explosion = 4;

    /// <param name="network">The network, and which of its weights train.</param>
    /// <param name="examples">The examples to train on.</param>
    /// <param name="options">The options of the training; its schedule has no effect.</param>
    /// <param name="progress">Receives an update for every step.</param>
    /// <param name="cancellationToken">Stops within a step.</param>
    /// <exception cref="OnnxGraphException">The network cannot be trained; the message names the node.</exception>
    public static LearningRateScan Run(
        TrainableNetwork network,
        TrainingExamples examples,
        TrainingOptions options,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var runner = new StepRunner(network, examples, options);
        using var cancellation = cancellationToken.Register(runner.Session.Cancel);
        var trials = new List<(double LearningRate, double Loss)>(Steps);
        double average = 0, best = double.PositiveInfinity, bestRate = Lowest;
        for (int i = 0; i < Steps; i++)
        {
            int stepOfEpoch = i % runner.StepsPerEpoch;
            if (stepOfEpoch == 0)
                runner.BeginEpoch(i / runner.StepsPerEpoch);
            double rate = Lowest * Math.Pow(Highest / Lowest, (double)i / (Steps - 1));
            var outcome = runner.Run(i / runner.StepsPerEpoch, stepOfEpoch, rate);
            progress?.Report(new TransferProgress(TransferStage.FindLearningRate, i + 1, Steps));
            if (!outcome.IsFinite)
                break;

            average = (Smoothing * average) + ((1 - Smoothing) * outcome.Loss);
            double loss = average / (1 - Math.Pow(Smoothing, i + 1));
            if (loss > Explosion * best)
                break;
            trials.Add((rate, loss));
            if (loss < best)
                (best, bestRate) = (loss, rate);
        }

        return new LearningRateScan { Trials = trials, Suggestion = bestRate / 10 };
    }
}
