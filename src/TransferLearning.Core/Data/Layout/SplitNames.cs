using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace TransferLearning;

/// <summary>A folder name that mentions a split.</summary>
/// <param name="Part">The split.</param>
/// <param name="Rest">What the name says besides, without words that say nothing; empty for <c>training_set</c>.</param>
/// <param name="Label">The name without the word for the split: <c>cats</c> for <c>cats_train</c>.</param>
internal readonly record struct SplitName(DatasetPart Part, string Rest, string Label);

/// <summary>
/// The names that people give to split folders. A name is cut into words at signs, digits and capital letters; it is a split if exactly one
/// of its words is.
/// </summary>
internal static class SplitNames
{
    private static readonly FrozenDictionary<string, DatasetPart> Words = new (DatasetPart Part, string[] Words)[]
    {
        (DatasetPart.Train, ["train", "training", "trn", "tr", "learn", "learning", "entrenamiento", "treino", "treinamento",
            "entrainement", "apprentissage", "addestramento", "训练", "训练集", "訓練", "学習", "обучение"]),
        (DatasetPart.Validation, ["valid", "validation", "validate", "validating", "val", "vld", "dev", "devel", "development", "eval",
            "evaluation", "validierung", "validacion", "validacao", "validazione", "验证", "验证集", "検証", "валидация"]),
        (DatasetPart.Test, ["test", "testing", "tests", "tst", "te", "prueba", "pruebas", "teste", "测试", "测试集", "テスト",
            "тест"]),
    }.SelectMany(part => part.Words.Select(word => (word, part.Part))).ToFrozenDictionary(entry => entry.word, entry => entry.Part);

    /// <summary>Words that stand beside the split and say nothing about the content.</summary>
    private static readonly FrozenSet<string> Fillers = FrozenSet.Create(
        StringComparer.Ordinal,
        "set", "sets", "data", "dataset", "datasets", "image", "images", "img", "imgs", "picture", "pictures", "photo", "photos", "pic",
        "pics", "seg", "split", "splits", "folder", "dir", "part", "final", "new", "full", "all", "raw", "x", "the", "of", "for", "stg",
        "stage", "jpg", "jpeg", "png", "cropped", "resized", "labeled", "labelled", "copy", "satz", "bilder", "daten", "v", "sample",
        "samples", "subset", "fold", "files", "file", "my", "our", "orig", "original", "foto", "fotos", "aufnahmen", "menge", "datos",
        "dados", "dati", "donnees", "imagenes", "imagens", "immagini");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> FillerSpans =
        Fillers.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Names of folders that only contain something else, one level deeper.</summary>
    private static readonly FrozenSet<string> Containers = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "images", "image", "imgs", "img", "data", "dataset", "datasets", "pictures", "photos", "jpg", "jpeg", "jpegs", "jpegimages", "png",
        "raw", "all", "classes", "files");

    /// <summary>Names of folders with annotations that are stored as images, or of other views of the same images.</summary>
    private static readonly FrozenSet<string> Annotations = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "annotations", "annotation", "masks", "mask", "labels", "label", "trimaps", "trimap", "groundtruth", "ground_truth", "gt",
        "segmentations", "segmentation", "segmentationclass", "segmentationobject", "depth", "bboxes", "boxes", "thumbs", "thumbnails",
        "previews", "preview");

    /// <summary>Whether a name is that of a folder around others, such as <c>images</c>.</summary>
    public static bool IsContainer(string name) => Containers.Contains(name);

    /// <summary>Whether a name is that of a folder of masks, annotations or previews.</summary>
    public static bool IsAnnotation(string name) => Annotations.Contains(name);

    /// <summary>The split that a name means without anything else; null when it says more, or nothing of a split.</summary>
    public static DatasetPart? PartOf(string name) => Read(name) is { Rest: "" } found ? found.Part : null;

    /// <summary>The split that a name mentions; null when there is none, or more than one.</summary>
    public static SplitName? Read(string name)
    {
        DatasetPart? part = null;
        string label = name;
        var rest = new List<string>();
        foreach (string word in WordsOf(name))
        {
            if (Words.TryGetValue(word, out var found) || Joined(word) is { } joined && Words.TryGetValue(joined, out found))
            {
                if (part is not null && part != found)
                    return null;
                part = found;
                if (name.IndexOf(word, StringComparison.OrdinalIgnoreCase) is >= 0 and var start)
                    label = name.Remove(start, word.Length).Trim('_', '-', '.', ' ');
            }
            else if (!Fillers.Contains(word))
            {
                rest.Add(word);
            }
        }

        return part is { } split ? new SplitName(split, string.Join(' ', rest), label) : null;
    }

    /// <summary>The split in a word such as <c>trainset</c> or <c>testimages</c>; null when the rest is no filler.</summary>
    private static string? Joined(string word)
    {
        for (int length = word.Length - 1; length >= 2; length--)
        {
            // German and Dutch put an s between the parts of a word: Trainingsdaten.
            if (Words.ContainsKey(word[..length]) && (Fillers.Contains(word[length..]) || IsLinked(word.AsSpan(length))))
                return word[..length];
            string end = word[^length..];
            if (length > 2 && Words.ContainsKey(end) && Fillers.Contains(word[..^length]))
                return end;
        }

        return null;
    }

    private static bool IsLinked(ReadOnlySpan<char> end) => end is ['s', .. var rest] && FillerSpans.Contains(rest);

    /// <summary>The words of a name in lower case, without digits and accents.</summary>
    private static IEnumerable<string> WordsOf(string name)
    {
        var word = new StringBuilder();
        char previous = ' ';
        foreach (char sign in Decomposed(name))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(sign) == UnicodeCategory.NonSpacingMark)
                continue;
            bool starts = char.IsUpper(sign) && char.IsLower(previous);
            if ((starts || !char.IsLetter(sign)) && word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }

            if (char.IsLetter(sign))
                word.Append(char.ToLowerInvariant(sign));
            previous = sign;
        }

        if (word.Length > 0)
            yield return word.ToString();
    }

    private static string Decomposed(string name)
    {
        try
        {
            return name.Normalize(NormalizationForm.FormD);
        }
        catch (ArgumentException)
        {
            // A name with half a surrogate pair has no normalization; it is read as it is.
            return name;
        }
    }
}
