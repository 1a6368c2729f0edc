namespace TransferLearning;

/// <summary>Finds the images in class folders.</summary>
internal static class ClassFolderImages
{
    /// <summary>Finds the images.</summary>
    /// <exception cref="DatasetException">There are no class folders, or the meaning of the folders is not clear.</exception>
    public static FolderContent Find(FolderWalk walk, ImageFolderOptions options, DatasetReading reading)
    {
        var layout = new LayoutFinder(walk, options, reading).Find();
        foreach (string folder in layout.Parents)
            ReportLooseImages(folder, walk, reading);
        var groups = options.GroupPattern is { } pattern ? new PathPattern(pattern) : null;
        var filter = new ImageFilter(reading);
        var images = new List<FolderImage>();
        var classes = new Dictionary<DatasetPart, string[]>();
        foreach (var part in layout.Folders.GroupBy(folder => folder.Part))
        {
            var withImages = new HashSet<string>(StringComparer.Ordinal);
            foreach (var folder in part)
            {
                foreach (var file in filter.Among(walk.FilesBelow(folder.Path)))
                {
                    withImages.Add(folder.Class);
                    string key = $"{folder.Class}/{FolderWalk.KeyOf(folder.Path, file.Path)}";
                    images.Add(new FolderImage(file with { Group = groups?.Find(key) }, folder.Class, part.Key));
                }
            }

            // A class of train whose files are all no images is an error of its own; in other splits it is missing.
            classes[part.Key] = layout.ClassesOf(part.Key, name => part.Key == DatasetPart.Train || withImages.Contains(name));
        }

        return new FolderContent(layout, images, classes);
    }

    /// <summary>Reports images beside the class folders.</summary>
    private static void ReportLooseImages(string folder, FolderWalk walk, DatasetReading reading)
    {
        int loose = walk.FileNames(folder).Count(ImageFormats.HasImageExtension);
        if (loose > 0)
        {
            string message = FormattableString.Invariant(
                $"{loose} images directly in '{folder}' are in no class folder; they are left out.");
            reading.Report(DatasetProblemKind.OutsideClassFolders, folder, message);
        }
    }
}
