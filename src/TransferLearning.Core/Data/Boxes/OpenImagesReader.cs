using System.Globalization;

namespace TransferLearning;

/// <summary>Reads the boxes of Open Images into a dataset (source: the format descriptions of storage.googleapis.com/openimages).</summary>
/// <param name="boxes">The boxes to learn from.</param>
/// <param name="descriptions">The table of the names of the classes.</param>
/// <param name="options">Which boxes are wanted.</param>
/// <param name="cancellationToken">Stops the reading.</param>
internal sealed class OpenImagesReader(BoxAnnotations boxes, string descriptions, BoxDatasetOptions options, CancellationToken cancellationToken)
{
    private const string Extension = ".jpg";

    private static readonly string[] Columns = ["ImageID", "LabelName", "XMin", "XMax", "YMin", "YMax"];

    private static readonly (string Column, BoxTraits Trait)[] TraitColumns =
    [
        ("IsOccluded", BoxTraits.Occluded), ("IsTruncated", BoxTraits.Truncated), ("IsGroupOf", BoxTraits.Group), ("IsDepiction", BoxTraits.Depiction),
    ];

    private readonly BoxCollection _boxes = new(options);

    /// <summary>Reads the tables.</summary>
    /// <exception cref="DatasetException">A table is missing or not of this form, or one cannot learn from its boxes.</exception>
    public ImageDataset Read()
    {
        var names = ReadNames(Path.GetFullPath(descriptions));
        Add(boxes, names, DatasetPart.Train);
        if (options.Validation is { } validation)
            Add(validation, names, DatasetPart.Validation);
        if (options.Test is { } test)
            Add(test, names, DatasetPart.Test);
        return _boxes.Build(Path.GetFullPath(boxes.File), [.. names.Values], cancellationToken);
    }

    /// <summary>The names of the classes by their codes, in the order of the table, which has a header in some editions only.</summary>
    private OrderedDictionary<string, string> ReadNames(string table)
    {
        var names = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (number, cells) in CsvRows.Read(table, ",", cancellationToken))
        {
            if (cells.Length < 2 || cells[0].Length == 0 || cells[1].Length == 0)
                throw new DatasetException(FormattableString.Invariant($"Row {number} of '{table}' is not the code of a class and its name; complete or remove it."));
            bool isHeader = names.Count == 0 && cells[0] == "LabelName";
            if (!isHeader && !names.TryAdd(cells[0], cells[1]))
                throw new DatasetException(FormattableString.Invariant($"Row {number} of '{table}' has the class '{cells[0]}' a second time; remove one of them."));
        }

        return names.Count > 0 ? names : throw new DatasetException($"The table '{table}' is empty; it is to have the code of each class and its name.");
    }

    private void Add(BoxAnnotations source, OrderedDictionary<string, string> names, DatasetPart part)
    {
        string table = Path.GetFullPath(source.File), folder = Path.GetFullPath(source.ImageFolder);
        BoxCollection.ThrowIfNoFolder(folder);
        int[]? columns = null;
        int[] traits = [];
        foreach (var row in CsvRows.Read(table, ",", cancellationToken))
        {
            if (columns is null)
            {
                columns = [.. Columns.Select(name => Array.IndexOf(row.Cells, name))];
                traits = [.. TraitColumns.Select(trait => Array.IndexOf(row.Cells, trait.Column))];
                string[] missing = [.. Columns.Where(name => !row.Cells.Contains(name))];
                if (missing.Length > 0)
                    throw new DatasetException($"'{table}' has no column {ClassNames.List(missing)}; its columns are {ClassNames.List(row.Cells)}.");
                continue;
            }

            _boxes.Add(BoxOf(row, columns, traits, table, folder, names), part);
        }

        if (columns is null)
            throw new DatasetException($"The table '{table}' is empty; its first row is to name the columns {ClassNames.List(Columns)}.");
    }

    private static AnnotatedBox BoxOf(CsvRow row, int[] columns, int[] traits, string table, string folder, OrderedDictionary<string, string> names)
    {
        if (row.Cells.Length <= columns.Max())
        {
            throw new DatasetException(FormattableString.Invariant(
                $"Row {row.Number} of '{table}' has {row.Cells.Length} columns, but the header has more; the table is cut off or damaged, fetch it again."));
        }

        string[] cells = [.. columns.Select(column => row.Cells[column])];
        if (cells[0].Length == 0 || !names.TryGetValue(cells[1], out string? name))
        {
            throw new DatasetException(FormattableString.Invariant(
                $"Row {row.Number} of '{table}' has the image '{cells[0]}' and the class '{cells[1]}'; an image, and a class of the table of names, are expected."));
        }

        var found = BoxTraits.None;
        foreach (var (i, column) in traits.Index())
        {
            // -1 stands for not known, and a box of which it is not known is not left out for it.
            if (column >= 0 && column < row.Cells.Length && row.Cells[column] == "1")
                found |= TraitColumns[i].Trait;
        }

        var region = new PixelRegion(Number(2), Number(4), Number(3), Number(5));
        return new AnnotatedBox(
            new BoxPlace("row", row.Number, table), folder, cells[0] + Extension, name, region, IsRelative: true, SourceSize: null, found);

        double Number(int cell) => double.TryParse(cells[cell], NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new DatasetException(FormattableString.Invariant($"Row {row.Number} of '{table}' has '{cells[cell]}' as {Columns[cell]}, where a number from 0 to 1 is expected."));
    }
}
