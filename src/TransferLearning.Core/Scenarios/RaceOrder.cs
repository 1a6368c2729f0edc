namespace TransferLearning;

/// <summary>The freeze points that are tried: the guess first, then those around it.</summary>
internal static class RaceOrder
{
    /// <summary>Where frozen features are the guess, the end of the backbone is retrained first: it is the cheapest change.</summary>
    private const double Shallow = 0.75;

    private const double Step = 0.25;

    /// <summary>Three different points in (0, 1), or 0 for the whole network, in the order in which they are tried.</summary>
    public static IReadOnlyList<double> Of(double guess)
    {
        double first = guess >= 1 ? Shallow : guess;
        double deeper = Math.Max(first - Step, 0), shallower = Math.Min(first + Step, 1 - (Step / 2));
        return [.. new[] { first, deeper, shallower }.Select(freeze => Math.Round(freeze, 3)).Distinct()];
    }
}
