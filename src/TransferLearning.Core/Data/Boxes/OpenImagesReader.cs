using System.Globalization;

namespace TransferLearning;

/// <summary>Reads a dataset from the boxes of Open Images (source: the format descriptions of storage.googleapis.com/openimages).</summary>
/// <param name="boxes">The boxes for training.</param>
/// <param name="descriptions">The table of class names.</param>
/// <param name="options">Which boxes are wanted.</param>
/// <param name="reading">Receives what is left out, and stops the reading.</param>
internal sealed class OpenImagesReader(BoxAnnotations boxes, string descriptions, BoxDatasetOptions options, DatasetReading reading)
{
    private const string Extension = ".jpg";

    private static readonly string[] Columns = ["ImageID", "LabelName", "XMin", "XMax", "YMin", "YMax"];

    private static readonly (string Column, BoxTraits Trait)[] TraitColumns =
    [
        ("IsOccluded", BoxTraits.Occluded),
        ("IsTruncated", BoxTraits.Truncated),
        ("IsGroupOf", BoxTraits.Group),
        ("IsDepiction", BoxTraits.Depiction),
    ];

    private readonly BoxCollection _boxes = new(options, reading);

    /// <summary>Reads the tables.</summary>
    /// <exception cref="DatasetException">A table is missing or has another format, or there are too few boxes.</exception>
    public ImageDataset Read()
    {
        var names = ReadNames(Path.GetFullPath(descriptions));
        Add(boxes, names, DatasetPart.Train);
        if (options.Validation is { } validation)
            Add(validation, names, DatasetPart.Validation);
        if (options.Test is { } test)
            Add(test, names, DatasetPart.Test);
        return _boxes.Build(Path.GetFullPath(boxes.File), [.. names.Values]);
    }

    /// <summary>The class names by their codes, in the order of the table, which has a header only in some editions.</summary>
    private OrderedDictionary<string, string> ReadNames(string table)
    {
        var names = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (number, cells) in CsvRows.Read(table, ",", reading.CancellationToken))
        {
            if (cells.Length < 2 || cells[0].Length == 0 || cells[1].Length == 0)
                throw Invalid(number, table, "is not a class code and a name; complete or remove it");
            bool isHeader = names.Count == 0 && cells[0] == "LabelName";
            if (!isHeader && !names.TryAdd(cells[0], cells[1]))
                throw Invalid(number, table, $"repeats the class '{cells[0]}'; remove one of the rows");
        }

        return names.Count > 0
            ? names
            : throw new DatasetException($"The table '{table}' is empty; it must contain the code and name of each class.");
    }

    private void Add(BoxAnnotations source, OrderedDictionary<string, string> names, DatasetPart part)
    {
        string table = Path.GetFullPath(source.File), folder = Path.GetFullPath(source.ImageFolder);
        DatasetFolder.Require(folder, "the source images of the boxes");
        int[]? columns = null;
        int[] traits = [];
        foreach (var row in CsvRows.Read(table, ",", reading.CancellationToken))
        {
            if (columns is null)
            {
                columns = [.. Columns.Select(name => Array.IndexOf(row.Cells, name))];
                traits = [.. TraitColumns.Select(trait => Array.IndexOf(row.Cells, trait.Column))];
                string[] missing = [.. Columns.Where(name => !row.Cells.Contains(name))];
                if (missing.Length > 0)
                {
                    throw new DatasetException(
                        $"'{table}' has no column {ClassNames.List(missing)}; its columns are {ClassNames.List(row.Cells)}.");
                }

                continue;
            }

            _boxes.Add(BoxOf(row, columns, traits, table, folder, names), part);
        }

        if (columns is null)
            throw new DatasetException($"The table '{table}' is empty; its first row must name the columns {ClassNames.List(Columns)}.");
    }

    private static DatasetException Invalid(int row, string table, string what) =>
        new(FormattableString.Invariant($"Row {row} of '{table}' {what}."));

    private static AnnotatedBox BoxOf(
        CsvRow row, int[] columns, int[] traits, string table, string folder, OrderedDictionary<string, string> names)
    {
        if (row.Cells.Length <= columns.Max())
            throw Invalid(row.Number, table, "has fewer columns than the header; the table is cut off or damaged, download it again");

        string[] cells = [.. columns.Select(column => row.Cells[column])];
        if (cells[0].Length == 0 || !names.TryGetValue(cells[1], out string? name))
        {
            string what = $"has the image '{cells[0]}' and the class '{cells[1]}'";
            throw Invalid(row.Number, table, $"{what}; an image, and a class from the table of class names, are expected");
        }

        var found = BoxTraits.None;
        foreach (var (i, column) in traits.Index())
        {
            // −1 means unknown; such a box is not left out.
            if (column >= 0 && column < row.Cells.Length && row.Cells[column] == "1")
                found |= TraitColumns[i].Trait;
        }

        var region = new PixelRegion(Number(2), Number(4), Number(3), Number(5));
        return new AnnotatedBox(
            new BoxPlace("row", row.Number, table), folder, cells[0] + Extension, name, region, IsRelative: true, SourceSize: null, found);

        double Number(int cell) => double.TryParse(cells[cell], NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw Invalid(row.Number, table, $"has '{cells[cell]}' as {Columns[cell]}, where a number from 0 to 1 is expected");
    }
}
