# The web application: built with the SDK, run on an image without a shell, a package manager or root.
FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
WORKDIR /source

# Packages first: this layer is built again only when a version or a project file changes.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt ./
COPY NadooIt.Domain/NadooIt.Domain.csproj NadooIt.Domain/
COPY NadooIt.Data/NadooIt.Data.csproj NadooIt.Data/Migrations.targets NadooIt.Data/
COPY NadooIt.Web/NadooIt.Web.csproj NadooIt.Web/
COPY NadooIt.Web/Build NadooIt.Web/Build
RUN dotnet restore NadooIt.Web

COPY .editorconfig ./
COPY wwwroot wwwroot
COPY NadooIt.Domain NadooIt.Domain
COPY NadooIt.Data NadooIt.Data
COPY NadooIt.Web NadooIt.Web
RUN dotnet publish NadooIt.Web --configuration Release --no-restore --output /out

# "extra" carries the languages (ICU) and the time zones that German and English pages need.
FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled-extra
WORKDIR /app
COPY --from=build /out .
ENV ASPNETCORE_HTTP_PORTS=8000
EXPOSE 8000
# The account "app" of the image, by number, so that an orchestrator can see that it is not root.
USER 1654
ENTRYPOINT ["dotnet", "NadooIt.Web.dll"]
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --retries=4 CMD ["dotnet", "NadooIt.Web.dll", "health"]
