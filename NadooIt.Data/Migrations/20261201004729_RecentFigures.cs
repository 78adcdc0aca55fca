using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace NadooIt.Data.Migrations
{
    /// <inheritdoc />
    public partial class RecentFigures : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterTable(
                name: "customer_program_progress")
                .Annotation("Npgsql:StorageParameter:fillfactor", 50);

            migrationBuilder.AddColumn<long>(
                name: "recent_billed",
                table: "customer_program_progress",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "recent_count",
                table: "customer_program_progress",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<DateOnly>(
                name: "recent_day",
                table: "customer_program_progress",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "recent_person_id",
                table: "customer_program_progress",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "recent_prepaid",
                table: "customer_program_progress",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "recent_price_millionths",
                table: "customer_program_progress",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "recent_saved",
                table: "customer_program_progress",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "recent_status",
                table: "customer_program_progress",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "revision",
                table: "customer_program_progress",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateIndex(
                name: "ix_customer_program_progress_customer_id",
                table: "customer_program_progress",
                column: "customer_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                INSERT INTO execution_day AS kept (customer_id, day, customer_program_id, status, person_id, count, saved, prepaid, billed, price_millionths)
                SELECT customer_id, recent_day, customer_program_id, recent_status, recent_person_id, recent_count, recent_saved, recent_prepaid, recent_billed, recent_price_millionths
                FROM customer_program_progress WHERE recent_count > 0
                ON CONFLICT (customer_id, day, customer_program_id, status, person_id) DO UPDATE SET
                    count = kept.count + excluded.count, saved = kept.saved + excluded.saved, prepaid = kept.prepaid + excluded.prepaid,
                    billed = kept.billed + excluded.billed, price_millionths = kept.price_millionths + excluded.price_millionths;
                INSERT INTO execution_month AS kept (customer_id, month, customer_program_id, status, person_id, count, saved, prepaid, billed, price_millionths)
                SELECT customer_id, date_trunc('month', recent_day)::date, customer_program_id, recent_status, recent_person_id, recent_count, recent_saved, recent_prepaid, recent_billed, recent_price_millionths
                FROM customer_program_progress WHERE recent_count > 0
                ON CONFLICT (customer_id, month, customer_program_id, status, person_id) DO UPDATE SET
                    count = kept.count + excluded.count, saved = kept.saved + excluded.saved, prepaid = kept.prepaid + excluded.prepaid,
                    billed = kept.billed + excluded.billed, price_millionths = kept.price_millionths + excluded.price_millionths;
                """);

            migrationBuilder.DropIndex(
                name: "ix_customer_program_progress_customer_id",
                table: "customer_program_progress");

            migrationBuilder.DropColumn(
                name: "recent_billed",
                table: "customer_program_progress");

            migrationBuilder.DropColumn(
                name: "recent_count",
                table: "customer_program_progress");

            migrationBuilder.DropColumn(
                name: "recent_day",
                table: "customer_program_progress");

            migrationBuilder.DropColumn(
                name: "recent_person_id",
                table: "customer_program_progress");

            migrationBuilder.DropColumn(
                name: "recent_prepaid",
                table: "customer_program_progress");

            migrationBuilder.DropColumn(
                name: "recent_price_millionths",
                table: "customer_program_progress");

            migrationBuilder.DropColumn(
                name: "recent_saved",
                table: "customer_program_progress");

            migrationBuilder.DropColumn(
                name: "recent_status",
                table: "customer_program_progress");

            migrationBuilder.DropColumn(
                name: "revision",
                table: "customer_program_progress");

            migrationBuilder.AlterTable(
                name: "customer_program_progress")
                .OldAnnotation("Npgsql:StorageParameter:fillfactor", 50);
        }
    }
}
