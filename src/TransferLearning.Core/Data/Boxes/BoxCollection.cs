namespace TransferLearning;

/// <summary>Collects boxes, leaves out those that are not wanted or not usable, and builds a dataset from the rest.</summary>
/// <param name="options">Which boxes are wanted.</param>
/// <param name="reading">Receives what is left out, and stops the work.</param>
internal sealed class BoxCollection(BoxDatasetOptions options, DatasetReading reading)
{
    private readonly SourceImageFiles _images = new(reading);
    private readonly List<KeptBox> _kept = [];
    private readonly HashSet<(SourceImage Image, ImageBox Box, string Class, DatasetPart Part)> _seen = [];
    private readonly Dictionary<string, int> _leftOut = new(StringComparer.Ordinal);
    private readonly HashSet<string>? _wanted = options.Classes?.ToHashSet(StringComparer.Ordinal);
    private int _total;

    /// <summary>Adds a box, or counts why it is left out.</summary>
    public void Add(in AnnotatedBox box, DatasetPart part)
    {
        _total++;
        if (Objection(box) is { } objection)
            LeaveOut(objection);
        else if (_images.Find(box) is not { } image)
            LeaveOut("on source images that are missing or cannot be read");
        else if (Place(box, image) is not { } placed)
            LeaveOut("not usable");
        else if (Math.Min(placed.Width, placed.Height) < options.MinimumSide)
            LeaveOut(FormattableString.Invariant($"smaller than {nameof(options.MinimumSide)}, which is {options.MinimumSide} pixels"));
        else if (_seen.Add((image, placed, box.Class, part)))
            _kept.Add(new KeptBox(image, placed, box.Class, part));
        else
            Report(DatasetProblemKind.RepeatedBox, box, "repeats a box with the same class");
    }

    /// <summary>Builds the dataset.</summary>
    /// <param name="annotations">The annotation file for training, for messages.</param>
    /// <param name="names">The names of all classes of the annotations, in their order.</param>
    /// <exception cref="DatasetException">A requested class does not exist, or too few boxes are left.</exception>
    public ImageDataset Build(string annotations, IReadOnlyList<string> names)
    {
        _images.ReportRest(annotations);

        // For a million boxes it would hold a hundred megabytes while the dataset is built.
        _seen.Clear();
        _seen.TrimExcess();
        string[] unknown = [.. options.Classes?.Except(names, StringComparer.Ordinal) ?? []];
        if (unknown.Length > 0)
        {
            throw new DatasetException(
                $"'{annotations}' has no class {ClassNames.List(unknown)}; its classes are {ClassNames.List(names)}.", reading.Problems);
        }

        if (_kept.Count == 0)
            throw new DatasetException($"'{annotations}' has no box that can be used. {Explanation()}", reading.Problems);
        var used = _kept.Select(box => box.Class).ToHashSet(StringComparer.Ordinal);
        string[] classes = [.. options.Classes ?? names.Distinct(StringComparer.Ordinal).Where(used.Contains)];
        ClassNames.ThrowIfAmbiguous(classes, annotations);
        var labels = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        string dataset = Path.GetFileNameWithoutExtension(annotations);
        var builder = new DatasetBuilder(dataset, annotations, options.Splits, reading) { Explanation = Explanation() };
        foreach (var (source, box, name, part) in _kept)
        {
            var crop = new ImageCrop(source.File.Path, source.File.Length, box);
            builder.Add(new FoundFile($"{source.File.Path}#{box}", $"{source.File.Key}#{box}", crop), labels[name], part);
        }

        return builder.Build(classes, splitValidation: options.Validation is null, splitTest: options.Test is null);
    }

    /// <summary>The option that leaves the box out; null for none.</summary>
    private string? Objection(in AnnotatedBox box)
    {
        if (_wanted?.Contains(box.Class) == false)
            return $"of classes that are not in {nameof(options.Classes)}";
        if (box.Traits.HasFlag(BoxTraits.Group) && !options.IncludeGroups)
            return $"around groups, which {nameof(options.IncludeGroups)} would include";
        if (box.Traits.HasFlag(BoxTraits.Occluded) && !options.IncludeOccluded)
            return $"of occluded objects, which {nameof(options.IncludeOccluded)} would include";
        if (box.Traits.HasFlag(BoxTraits.Truncated) && !options.IncludeTruncated)
            return $"of truncated objects, which {nameof(options.IncludeTruncated)} would include";
        if (box.Traits.HasFlag(BoxTraits.Depiction) && !options.IncludeDepictions)
            return $"of depictions, which {nameof(options.IncludeDepictions)} would include";
        return null;
    }

    /// <summary>The box rounded to whole pixels within the source image; null, after a report, if it is empty.</summary>
    private ImageBox? Place(in AnnotatedBox box, SourceImage image)
    {
        if (SizeOf(box, image) is not var (width, height))
            return null;
        var (left, top, right, bottom) = box.Region;
        if (box.IsRelative)
            (left, top, right, bottom) = (left * width, top * height, right * width, bottom * height);
        bool isFinite = double.IsFinite(left) && double.IsFinite(top) && double.IsFinite(right) && double.IsFinite(bottom);
        if (!isFinite || right <= left || bottom <= top)
        {
            Report(DatasetProblemKind.InvalidBox, box, "has no area");
            return null;
        }

        if (right <= 0 || bottom <= 0 || left >= width || top >= height)
        {
            string size = FormattableString.Invariant($"{width} × {height}");
            Report(DatasetProblemKind.InvalidBox, box, $"is outside of its image, which has {size} pixels");
            return null;
        }

        int firstColumn = Nearest(left, width - 1), firstRow = Nearest(top, height - 1);
        int columns = Math.Max(1, Nearest(right, width) - firstColumn), rows = Math.Max(1, Nearest(bottom, height) - firstRow);
        return new ImageBox(firstColumn, firstRow, columns, rows, width, height);

        static int Nearest(double edge, int most) => (int)Math.Clamp(Math.Round(edge, MidpointRounding.AwayFromZero), 0, most);
    }

    private (int Width, int Height)? SizeOf(in AnnotatedBox box, SourceImage image)
    {
        try
        {
            return box.SourceSize ?? image.StoredSize();
        }
        catch (Exception error) when (error is ImageDecodeException or IOException or UnauthorizedAccessException)
        {
            Report(DatasetProblemKind.UnreadableFile, box, $"is on an image whose size cannot be read: {error.Message.TrimEnd('.')}");
            return null;
        }
    }

    private void LeaveOut(string why) => _leftOut[why] = _leftOut.GetValueOrDefault(why) + 1;

    private void Report(DatasetProblemKind kind, in AnnotatedBox box, string message) =>
        reading.Report(kind, box.SourceImage, $"The box of {box.Where} on '{box.SourceImage}' {message}; it is left out.");

    /// <summary>The number of boxes left out for each reason, most frequent first.</summary>
    private string Explanation()
    {
        var reasons = _leftOut.OrderByDescending(reason => reason.Value).ThenBy(reason => reason.Key, StringComparer.Ordinal)
            .Select(reason => FormattableString.Invariant($"{reason.Value} {reason.Key}"));
        string list = _leftOut.Count == 0 ? "none was left out" : $"left out are {string.Join(", ", reasons)}";
        return FormattableString.Invariant($"Of {_total} boxes, {list}.");
    }

    private readonly record struct KeptBox(SourceImage Image, ImageBox Box, string Class, DatasetPart Part);
}
