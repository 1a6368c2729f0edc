internal sealed class Image
{
    public string ImagePath { get; set; } = string.Empty;

    public string Label { get; set; } = string.Empty;

    public static Image[] Below(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => new Image { ImagePath = path, Label = Path.GetFileName(Path.GetDirectoryName(path)!) }),
    ];
}
