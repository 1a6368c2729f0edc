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
        (DatasetPart.Train, ["train", "trains", "training", "trainings", "trn", "tr", "learn", "learning", "entrenamiento", "treino",
            "treinamento", "entrainement", "apprentissage", "addestramento", "训练", "訓練", "学習", "обучение", "обучающая", "обучающие",
            "тренировочная", "тренировочные", "тренировка", "навчання", "eğitim", "treningowy", "treningowe", "trening", "uczący",
            "učení", "학습", "훈련", "تدريب"]),
        (DatasetPart.Validation, ["valid", "valids", "validation", "validations", "validate", "validating", "val", "vals", "vld", "dev",
            "devel", "development", "eval", "evaluation", "validierung", "validacion", "validacao", "validazione", "validatie",
            "walidacja", "walidacyjny", "验证", "驗證", "検証", "валидация", "валидационная", "валидационные", "doğrulama", "geçerleme",
            "검증", "تحقق"]),
        (DatasetPart.Test, ["test", "testing", "tests", "tst", "te", "prueba", "pruebas", "teste", "测试",
            "測試", "テスト", "тест", "тестовая", "тестовые", "testowy", "testowe", "테스트", "시험", "اختبار"]),
    }.SelectMany(part => part.Words.Select(word => (Word: Plain(word), part.Part)))
        .ToFrozenDictionary(entry => entry.Word, entry => entry.Part);

    /// <summary>Words that stand beside the split and say nothing about the content.</summary>
    private static readonly FrozenSet<string> Fillers = Plain(
        "set", "sets", "data", "dataset", "datasets", "image", "images", "img", "imgs", "picture", "pictures", "photo", "photos", "pic",
        "pics", "seg", "split", "splits", "folder", "dir", "part", "final", "new", "full", "all", "raw", "x", "the", "of", "for", "stg",
        "stage", "jpg", "jpeg", "png", "cropped", "resized", "labeled", "labelled", "copy", "satz", "bilder", "daten", "v", "sample",
        "samples", "subset", "fold", "files", "file", "my", "our", "orig", "original", "foto", "fotos", "aufnahmen", "menge", "datos",
        "dados", "dati", "donnees", "imagenes", "imagens", "immagini", "gegevens", "zbiór", "dane", "veri", "seti", "kümesi",
        "выборка", "данные", "набор", "集", "数据", "数据集", "數據", "用", "データ", "세트", "데이터", "용");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> FillerSpans =
        Fillers.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Words for images that nobody has sorted yet.</summary>
    private static readonly FrozenSet<string> Unlabelled = Plain("unlabeled", "unlabelled", "unannotated", "unsorted");

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

    /// <summary>What messages call a split.</summary>
    public static string NameOf(DatasetPart part) => part switch
    {
        DatasetPart.Train => "train",
        DatasetPart.Validation => "validation",
        _ => "test",
    };

    /// <summary>Says which splits are taken from another one; empty where none is.</summary>
    /// <param name="options">The shares that are taken.</param>
    /// <param name="isThere">Whether a split is there already.</param>
    /// <param name="source">What they are taken from.</param>
    public static string Taken(ImageFolderOptions options, Predicate<DatasetPart> isThere, string source)
    {
        string[] taken =
        [
            .. Of(DatasetPart.Validation, options.ValidationFraction), .. Of(DatasetPart.Test, options.TestFraction),
        ];
        return taken.Length == 0 || !options.ForTraining
            ? ""
            : $"{string.Join(" and ", taken)} {(taken.Length == 1 ? "is" : "are")} taken from {source}";

        IEnumerable<string> Of(DatasetPart part, double fraction) => fraction > 0 && !isThere(part) ? [NameOf(part)] : [];
    }

    /// <summary>Whether a name is that of a folder around others, such as <c>images</c>.</summary>
    public static bool IsContainer(string name) => Containers.Contains(name);

    /// <summary>Whether a name is that of a folder of masks, annotations or previews.</summary>
    public static bool IsAnnotation(string name) => Annotations.Contains(name);

    /// <summary>Whether a name says that its images have no labels; then it is no class.</summary>
    public static bool IsUnlabelled(string name) =>
        WordsOf(name).Where(word => !Fillers.Contains(word)).ToList() is [var only] && Unlabelled.Contains(only);

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

    /// <summary>A word as <see cref="WordsOf"/> gives it.</summary>
    private static string Plain(string word) => string.Concat(WordsOf(word));

    private static FrozenSet<string> Plain(params ReadOnlySpan<string> words)
    {
        var plain = new HashSet<string>(StringComparer.Ordinal);
        foreach (string word in words)
            plain.Add(Plain(word));
        return plain.ToFrozenSet(StringComparer.Ordinal);
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
