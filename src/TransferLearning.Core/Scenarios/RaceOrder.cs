namespace TransferLearning;

/// <summary>The freeze points that are tried: the end of the backbone first, then the guess or what is around that end.</summary>
internal static class RaceOrder
{
    /// <summary>The end of the backbone is retrained first: it takes the least time, and shows whether retraining helps at all.</summary>
    private const double Shallow = 0.75;

    private const double Step = 0.25;

    /// <summary>Three different points in (0, 1), or 0 for the whole network, in the order in which they are tried.</summary>
    public static IReadOnlyList<double> Of(double guess)
    {
        double deeper = guess < Shallow ? guess : Shallow - Step;
        return [Shallow, Math.Round(deeper, 3), 1 - (Step / 2)];
    }
}
