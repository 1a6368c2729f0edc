namespace TransferLearning;

/// <summary>
/// Limited-memory BFGS: the two-loop recursion (algorithm 7.4 and equation 7.20 of Nocedal and Wright, Numerical Optimization, 2nd edition,
/// 2006) with a line search to the strong Wolfe conditions (equations 3.7). Written for any scalar product; where the objective has a
/// preconditioner P, the recursion starts from P in place of γ·I.
/// </summary>
internal static class Lbfgs
{
    /// <summary>The pairs that are remembered.</summary>
    private const int Memory = 10;

    private const double SufficientDecrease = 1e-4;

    private const int MaximumTrials = 30;

    /// <summary>Goes downhill until the gradient is shorter than <paramref name="gradientLength"/>.</summary>
    /// <param name="objective">The function; its current point is the start and afterwards the minimum.</param>
    /// <param name="gradientLength">The goal.</param>
    /// <param name="maximumIterations">The most steps.</param>
    /// <param name="vectors">Lends the vectors; null for new ones.</param>
    /// <param name="cancellationToken">Checked before each step.</param>
    /// <returns>
    /// The number of steps and the length of the last gradient; longer than asked where rounding stops the descent before.
    /// </returns>
    public static (int Iterations, double GradientLength) Minimize(
        ILineObjective objective, double gradientLength, int maximumIterations, LbfgsVectors? vectors, CancellationToken cancellationToken)
    {
        vectors ??= new LbfgsVectors();
        var gradient = vectors.Rent(objective);
        var previous = vectors.Rent(objective);
        var direction = vectors.Rent(objective);
        var pairs = new List<(MetricVector Step, MetricVector Change, double Inverse)>(Memory);
        objective.Gradient(gradient);
        double length = Length(gradient);
        int iteration = 0;
        for (; iteration < maximumIterations && length > gradientLength; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool preconditioned = Descend(objective, pairs, gradient, direction);
            double slope = MetricVector.Dot(gradient, direction);
            objective.Face(direction);
            double step = slope < 0 ? Search(objective, pairs.Count > 0 || preconditioned ? 1 : 1 / Math.Max(1, length)) : 0;
            if (step == 0)
            {
                if (pairs.Count == 0)
                    break;
                Forget(pairs, vectors);
                continue;
            }

            objective.Move(step);
            previous.CopyFrom(gradient);
            objective.Gradient(gradient);
            length = Length(gradient);
            Remember(pairs, direction, step, gradient, previous, objective, vectors);
        }

        Forget(pairs, vectors);
        foreach (var vector in (MetricVector[])[gradient, previous, direction])
            vectors.Return(vector);

        return (iteration, length);
    }

    /// <summary>The two-loop recursion: direction = −H · gradient.</summary>
    /// <returns>Whether the objective has a preconditioner.</returns>
    private static bool Descend(
        ILineObjective objective,
        List<(MetricVector Step, MetricVector Change, double Inverse)> pairs,
        MetricVector gradient,
        MetricVector direction)
    {
        direction.CopyFrom(gradient);
        direction.Scale(-1);
        Span<double> weights = stackalloc double[Memory];
        for (int i = pairs.Count - 1; i >= 0; i--)
        {
            weights[i] = pairs[i].Inverse * MetricVector.Dot(pairs[i].Step, direction);
            direction.Add(-weights[i], pairs[i].Change);
        }

        bool preconditioned = objective.Precondition(direction);
        if (!preconditioned && pairs.Count > 0)
        {
            var (_, change, inverse) = pairs[^1];
            direction.Scale(1 / (inverse * MetricVector.Dot(change, change)));
        }

        for (int i = 0; i < pairs.Count; i++)
            direction.Add(weights[i] - (pairs[i].Inverse * MetricVector.Dot(pairs[i].Change, direction)), pairs[i].Step);
        return preconditioned;
    }

    private static void Remember(
        List<(MetricVector Step, MetricVector Change, double Inverse)> pairs,
        MetricVector direction,
        double step,
        MetricVector gradient,
        MetricVector previous,
        ILineObjective objective,
        LbfgsVectors vectors)
    {
        var (oldStep, oldChange, _) = pairs.Count == Memory ? pairs[0] : (vectors.Rent(objective), vectors.Rent(objective), 0);
        if (pairs.Count == Memory)
            pairs.RemoveAt(0);
        oldStep.CopyFrom(direction);
        oldStep.Scale(step);
        oldChange.CopyFrom(gradient);
        oldChange.Add(-1, previous);
        double product = MetricVector.Dot(oldStep, oldChange);
        if (product > 0)
        {
            pairs.Add((oldStep, oldChange, 1 / product));
            return;
        }

        vectors.Return(oldStep);
        vectors.Return(oldChange);
    }

    private static void Forget(List<(MetricVector Step, MetricVector Change, double Inverse)> pairs, LbfgsVectors vectors)
    {
        foreach (var (step, change, _) in pairs)
        {
            vectors.Return(step);
            vectors.Return(change);
        }

        pairs.Clear();
    }

    /// <summary>
    /// A step that satisfies the strong Wolfe conditions, found by bracketing and by secants of the slope kept away from the ends; 0 where
    /// rounding leaves no way down.
    /// </summary>
    private static double Search(ILineObjective objective, double firstStep)
    {
        var (startValue, startSlope) = objective.Along(0);
        double low = 0;
        double lowSlope = startSlope;
        double high = double.PositiveInfinity;
        double highSlope = double.NaN;
        double step = firstStep;
        double best = 0;
        for (int trial = 0; trial < MaximumTrials; trial++)
        {
            var (value, slope) = objective.Along(step);
            bool decreases = value <= startValue + (SufficientDecrease * step * startSlope);
            if (decreases)
            {
                best = step;
                if (Math.Abs(slope) <= -objective.Curvature * startSlope)
                    return step;
            }

            if (!decreases || slope > 0)
                (high, highSlope) = (step, slope);
            else
                (low, lowSlope) = (step, slope);
            step = double.IsInfinity(high) ? 4 * step : Between(low, lowSlope, high, highSlope);
        }

        return best;
    }

    private static double Between(double low, double lowSlope, double high, double highSlope)
    {
        double secant = low - (lowSlope * (high - low) / (highSlope - lowSlope));
        double margin = 0.1 * (high - low);
        return highSlope > 0 && double.IsFinite(secant) ? Math.Clamp(secant, low + margin, high - margin) : (low + high) / 2;
    }

    private static double Length(MetricVector vector) => Math.Sqrt(Math.Max(0, MetricVector.Dot(vector, vector)));
}
