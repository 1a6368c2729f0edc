namespace TransferLearning.Benchmarks.Measuring;

/// <summary>What is asked of a row: of its ratio, or, where a unit is given, of our own figure.</summary>
/// <param name="Bound">The bound.</param>
/// <param name="AtLeast">True: not below the bound; false: not above it.</param>
/// <param name="OfOurs">Null for the ratio; else the unit of our figure.</param>
internal sealed record Goal(double Bound, bool AtLeast, Unit? OfOurs = null)
{
    public static Goal RatioAtLeast(double bound) => new(bound, true);

    public static Goal RatioAtMost(double bound) => new(bound, false);

    public static Goal OursAtMost(double bound, Unit unit) => new(bound, false, unit);

    public bool IsMet(double value) => AtLeast ? value >= Bound : value <= Bound;

    public override string ToString() =>
        FormattableString.Invariant($"{(AtLeast ? '≥' : '≤')} {Bound}{(OfOurs is null ? "" : " " + OfOurs.Name)}");
}
