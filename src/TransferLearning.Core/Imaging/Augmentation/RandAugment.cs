using System.Globalization;

namespace TransferLearning;

/// <summary>
/// A policy with two parameters: a number of operations, drawn from a list for each view, all with the same magnitude (Cubuk et al.,
/// RandAugment, 2020).
/// </summary>
/// <remarks>
/// <para>
/// Ranges are those of the paper and of torchvision, with two differences: <see cref="RandAugmentOperation.AutoContrast"/> and
/// <see cref="RandAugmentOperation.Equalize"/> are blended by the magnitude instead of being on or off, and magnitude 0 changes nothing.
/// The operations run after the other changes of <see cref="ImageAugmentation"/> and before its erasing; most of those are better disabled
/// (<see cref="ImageAugmentation.None"/>).
/// </para>
/// <para>Immutable and safe for use from many threads.</para>
/// </remarks>
public sealed record RandAugment : ICheckedOptions
{
    /// <summary>The highest magnitude.</summary>
    public const int MostMagnitude = 30;

    /// <summary>One instance, so that default options are equal.</summary>
    private static readonly RandAugmentOperation[] All = Enum.GetValues<RandAugmentOperation>();

    /// <summary>The number of operations for each view, 1 to 10. <value>The default is 2.</value></summary>
    public int Count { get; init; } = 2;

    /// <summary>
    /// The magnitude of each operation, 0 to <see cref="MostMagnitude"/>. <value>The default is 9, as in torchvision.</value>
    /// </summary>
    public int Magnitude { get; init; } = 9;

    /// <summary>
    /// The operations to draw from; one that is listed twice is drawn twice as often. <value>The default is all of them.</value>
    /// </summary>
    public IReadOnlyList<RandAugmentOperation> Operations { get; init; } = All;

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(Count is >= 1 and <= 10, Count, "1 to 10");
        errors.Require(Magnitude is >= 0 and <= MostMagnitude, Magnitude, $"0 to {MostMagnitude}");
        if (Operations is not { Count: > 0 })
            errors.Add(nameof(Operations), "must not be empty");
        foreach (var operation in Operations ?? [])
            errors.RequireDefined(operation, nameof(Operations));
    }

    /// <summary>The settings as text, the same in every culture.</summary>
    internal string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"{Count} of magnitude {Magnitude} from {string.Join(' ', Operations)}");

    /// <summary>Draws the operations of one view.</summary>
    internal PolicyStep[] Draw(ref SeededRandom random)
    {
        var steps = new PolicyStep[Count];
        for (int i = 0; i < Count; i++)
        {
            var operation = Operations[random.NextInt32(Operations.Count)];
            int sign = random.NextDouble() < 0.5 ? -1 : 1;
            steps[i] = new PolicyStep(operation, (double)Magnitude / MostMagnitude, sign);
        }

        return steps;
    }
}

/// <summary>One operation on one view.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Strength">Its strength, 0 to 1.</param>
/// <param name="Sign">−1 or 1: left or right, darker or brighter.</param>
internal readonly record struct PolicyStep(RandAugmentOperation Operation, double Strength, int Sign);
