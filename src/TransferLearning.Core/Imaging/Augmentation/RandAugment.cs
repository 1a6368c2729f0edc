using System.Globalization;

namespace TransferLearning;

/// <summary>
/// A policy with two numbers: so many operations, drawn from a list anew for each form, all with the same magnitude (Cubuk et al., RandAugment,
/// 2020).
/// </summary>
/// <remarks>
/// <para>
/// Ranges are those of the paper and of torchvision, with two differences: <see cref="RandAugmentOperation.AutoContrast"/> and
/// <see cref="RandAugmentOperation.Equalize"/> are blended by the magnitude instead of being all or nothing, and at magnitude 0 nothing
/// changes at all. The operations run after the other changes of <see cref="ImageAugmentation"/> and before its erasing; most of those
/// are best turned off beside it (<see cref="ImageAugmentation.None"/>).
/// </para>
/// <para>Immutable and safe for use from many threads.</para>
/// </remarks>
public sealed record RandAugment : ICheckedOptions
{
    /// <summary>The highest magnitude.</summary>
    public const int MostMagnitude = 30;

    /// <summary>One instance, so that default options are equal.</summary>
    private static readonly RandAugmentOperation[] All = Enum.GetValues<RandAugmentOperation>();

    /// <summary>The number of operations for each form, 1 to 10. <value>The default is 2.</value></summary>
    public int Count { get; init; } = 2;

    /// <summary>How much each of them does, 0 to <see cref="MostMagnitude"/>. <value>The default is 9, as in torchvision.</value></summary>
    public int Magnitude { get; init; } = 9;

    /// <summary>What may be drawn; an operation that is listed twice is drawn twice as often. <value>The default is all of them.</value></summary>
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

    /// <summary>What decides the numbers, the same in every culture.</summary>
    internal string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"{Count} of magnitude {Magnitude} from {string.Join(' ', Operations)}");

    /// <summary>Draws what happens to one form.</summary>
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

/// <summary>One operation on one form.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="Strength">How much, 0 to 1.</param>
/// <param name="Sign">−1 or 1: to the left or to the right, darker or brighter.</param>
internal readonly record struct PolicyStep(RandAugmentOperation Operation, double Strength, int Sign);
