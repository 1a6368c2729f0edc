using System.Globalization;

namespace TransferLearning.Cli;

/// <summary>Warns of classes with so few training images that no figure about them can be trusted.</summary>
internal static class SmallClasses
{
    private const int FewImages = 5;

    /// <summary>Warns on stderr if there are some.</summary>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="counts">The number of training images of each.</param>
    public static void Warn(IEnumerable<string> classes, IEnumerable<int> counts)
    {
        string[] small =
        [
            .. classes.Zip(counts).Where(known => known.Second < FewImages)
                .Select(known => string.Create(CultureInfo.InvariantCulture, $"'{known.First}' ({known.Second})")),
        ];
        if (small.Length > 0)
        {
            Console.Error.WriteLine(
                $"warning: There are fewer than {FewImages} training images of {Words.Some(small)}: the figures say little; add images.");
        }
    }
}
