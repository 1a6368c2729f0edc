using System.Globalization;

namespace TransferLearning.Studio;

/// <summary>The keys that give an image a class: 1 to 9 in the order of the classes, or the digits that the classes are called.</summary>
public static class ClassKeys
{
    private const int MostByOrder = 9;

    /// <summary>The key of a class at a place; null if it has none.</summary>
    public static string? Of(ImageClass[] classes, int place) => AreDigits(classes) ? classes[place].Name
        : place < MostByOrder ? (place + 1).ToString(CultureInfo.InvariantCulture)
        : null;

    /// <summary>The class of a key; null if it has none.</summary>
    public static ImageClass? Find(ImageClass[] classes, string key) =>
        Enumerable.Range(0, classes.Length).Where(place => Of(classes, place) == key).Select(place => classes[place]).FirstOrDefault();

    /// <summary>The key that takes the class away; null where a class has it.</summary>
    public static string? OfNone(ImageClass[] classes) => Find(classes, "0") is null ? "0" : null;

    /// <summary>"[1] 0" beside "[2] 1" would be pressed wrongly.</summary>
    private static bool AreDigits(ImageClass[] classes) =>
        classes.Length > 0 && Array.TrueForAll(classes, known => known.Name is [>= '0' and <= '9']);
}
